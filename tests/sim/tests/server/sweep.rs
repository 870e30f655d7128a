//! Every kind of process, killed before each of its calls in a whole match: the match ends as the undisturbed one.

use std::cell::Cell;
use std::rc::Rc;

use umbra_machine::settings::Settings;
use umbra_otp::sim::{Fate, Fifo, HostCall, Random, Schedule, World, WorldOptions};
use umbra_protocol::Event;
use umbra_sim_tests::tictactoe::{go_on, sit_down};
use umbra_sim_tests::{Client, Server, settings};

/// Plays a match while the process of this kind is killed before its `nth` call, counted from the sign-ins, or from the
/// start of the match where an earlier death is the end of a stay. Says whether it came so far.
fn with_one_killed(
    schedule: impl Schedule + 'static,
    kind: &'static str,
    from_start: bool,
    nth: u64,
) -> ([Client; 2], bool) {
    let world = World::new(schedule, WorldOptions::default());
    let (armed, killed, calls) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)), Cell::new(0));
    let (is_armed, tell) = (Rc::clone(&armed), Rc::clone(&killed));
    world.watch(move |call: &HostCall<'_>| {
        if !is_armed.get() || !call.kind.ends_with(kind) || tell.get() {
            return Fate::GoesOn;
        }
        calls.set(calls.get() + 1);
        tell.set(calls.get() == nth);
        if tell.get() { Fate::IsKilled } else { Fate::GoesOn }
    });
    let server = Server::start(world, Settings { restarts_max: 100, ..settings() });
    armed.set(from_start);
    let mut players = sit_down(&server);
    armed.set(true);
    go_on(&server, &mut players);
    (players, killed.get())
}

/// What each event says, but for names and times, which may be different from run to run.
fn gist(events: &[Event]) -> Vec<String> {
    let said = |event: &Event| match event {
        Event::GameEvent { event: said } | Event::GameOver { outcome: said } => format!("{} {said:?}", event.id()),
        Event::TurnStarted(turn) => format!("TURN_STARTED {:?} {}", turn.seats, turn.phase),
        other => other.id().to_owned(),
    };
    events.iter().map(said).collect()
}

/// What was told but for what a `RESYNC` stands for, which is told by the state that it holds.
fn assert_same(player: &Client, undisturbed: &Client, what: &str) {
    let replies = |player: &Client| -> Vec<_> {
        player.replies.iter().map(|(reference, outcome)| (*reference, outcome.is_ok())).collect()
    };
    assert_eq!(replies(player), replies(undisturbed), "{what}: the replies");
    let (told, all) = (gist(&player.events), gist(&undisturbed.events));
    let Some((before, _)) = player.resyncs.first() else {
        return assert_eq!(told, all, "{what}: every event comes once");
    };
    let behind = told.len() - before;
    assert_eq!(told[..*before], all[..*before], "{what}: every event up to the RESYNC comes once");
    assert_eq!(told[*before..], all[all.len() - behind..], "{what}: every event behind the RESYNC comes once");
}

fn sweep(kind: &'static str, from_start: bool, least: u64) {
    let (undisturbed, _) = with_one_killed(Fifo, kind, from_start, u64::MAX);
    for nth in 1.. {
        let what = format!("a {kind} killed before its call {nth}");
        let (players, killed) = with_one_killed(Fifo, kind, from_start, nth);
        if !killed {
            assert!(nth > least, "{kind} makes more calls than {nth}");
            println!("{kind}: {} kills survived", nth - 1);
            return;
        }
        assert_same_match(&players, &undisturbed, &what);
    }
}

fn assert_same_match(players: &[Client; 2], undisturbed: &[Client; 2], what: &str) {
    for (player, undisturbed) in players.iter().zip(undisturbed) {
        assert_same(player, undisturbed, what);
        let over = player.events.iter().filter(|event| event.id() == "GAME_OVER").count();
        let seen = player.resyncs.iter().any(|(_, room)| room.as_ref().is_some_and(|room| room.last_outcome.is_some()));
        assert!(over == 1 || seen, "{what}: the match is over for everybody");
        assert_eq!(player.closed, None, "{what}: no connection is closed");
    }
}

#[test]
fn a_room_can_be_killed_before_any_of_its_calls() {
    sweep("::RoomMessage", true, 100);
}

#[test]
fn a_user_can_be_killed_before_any_of_its_calls_in_a_match() {
    sweep("::UserMessage", false, 100);
}

#[test]
fn a_room_manager_can_be_killed_before_any_of_its_calls() {
    sweep("::RoomManagerMessage", true, 10);
}

#[test]
fn a_user_manager_can_be_killed_before_any_of_its_calls() {
    sweep("::UserManagerMessage", true, 10);
}

#[test]
fn a_journal_can_be_killed_before_any_of_its_calls() {
    sweep("::JournalMessage", true, 20);
}

/// Kind, whether from the sign-ins on, and how many calls it makes in a match at least.
const KINDS: [(&str, bool, u64); 5] = [
    ("::RoomMessage", true, 120),
    ("::UserMessage", false, 120),
    ("::RoomManagerMessage", true, 18),
    ("::UserManagerMessage", true, 12),
    ("::JournalMessage", true, 28),
];

#[test]
fn whatever_the_schedule_any_process_can_be_killed_before_any_of_its_calls() {
    let (undisturbed, _) = with_one_killed(Fifo, "nobody", true, u64::MAX);
    let mut kills = 0;
    for seed in 0..600_u64 {
        let (kind, from_start, calls) = KINDS[seed as usize % KINDS.len()];
        let nth = seed / KINDS.len() as u64 % calls + 1;
        let what = format!("seed {seed}: a {kind} killed before its call {nth}");
        let (players, killed) = with_one_killed(Random::new(seed, 0.1), kind, from_start, nth);
        kills += u64::from(killed);
        assert_same_match(&players, &undisturbed, &what);
    }
    assert!(kills > 500, "{kills} kills");
    println!("any schedule: {kills} kills survived");
}
