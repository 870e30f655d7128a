//! Every kind of process, killed before each of its calls in a whole match: the match ends as the undisturbed one.

use std::cell::Cell;
use std::rc::Rc;

use umbra_machine::settings::Settings;
use umbra_otp::sim::{Fate, Fifo, HostCall, World, WorldOptions};
use umbra_protocol::Event;
use umbra_sim_tests::tictactoe::{go_on, sit_down};
use umbra_sim_tests::{Client, Server, settings};

/// Plays a match while the process of this kind is killed before its `nth` call, counted from the sign-ins, or from the
/// start of the match where an earlier death is the end of a stay. Says whether it came so far.
fn with_one_killed(kind: &'static str, from_start: bool, nth: u64) -> ([Client; 2], bool) {
    let world = World::new(Fifo, WorldOptions::default());
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

fn ids(events: &[Event]) -> Vec<String> {
    events.iter().map(|event| format!("{event:?}")).collect()
}

/// Everything that can be different from run to run, and may be: who is called what.
fn nameless(player: &Client, text: String) -> String {
    let hello = player.hello.as_ref().expect("it has signed in");
    text.replace(&hello.uid.0, "UID")
}

/// What was told but for what a `RESYNC` stands for, which is told by the state that it holds.
fn assert_same(player: &Client, undisturbed: &Client, what: &str) {
    let replies = |player: &Client| -> Vec<_> {
        player.replies.iter().map(|(reference, outcome)| (*reference, outcome.is_ok())).collect()
    };
    assert_eq!(replies(player), replies(undisturbed), "{what}: the replies");
    let (told, all) = (ids(&player.events), ids(&undisturbed.events));
    let Some((before, _)) = player.resyncs.first() else {
        assert_eq!(told.len(), all.len(), "{what}: no event is missed and none comes twice");
        return;
    };
    assert!(told.len() <= all.len(), "{what}: no event comes twice");
    let after = told.len() - before;
    let last = |events: &[Event]| events.iter().skip(events.len() - after).map(Event::id).collect::<Vec<_>>();
    assert_eq!(last(&player.events), last(&undisturbed.events), "{what}: nothing is missed behind a RESYNC");
}

fn sweep(kind: &'static str, from_start: bool, least: u64) {
    let (undisturbed, _) = with_one_killed(kind, from_start, u64::MAX);
    for nth in 1.. {
        let what = format!("a {kind} killed before its call {nth}");
        let (players, killed) = with_one_killed(kind, from_start, nth);
        if !killed {
            assert!(nth > least, "{kind} makes more calls than {nth}");
            println!("{kind}: {} kills survived", nth - 1);
            return;
        }
        for (player, undisturbed) in players.iter().zip(&undisturbed) {
            assert_same(player, undisturbed, &what);
            let over = player.events.iter().filter(|event| event.id() == "GAME_OVER").count();
            let seen = player.resyncs.iter().any(|(_, room)| {
                room.as_ref().is_some_and(|room| room.last_outcome.is_some())
            });
            assert!(over == 1 || seen, "{what}: the match is over for everybody: {:?}, {:?}", ids(&player.events), player.resyncs);
            assert_eq!(player.closed, None, "{what}: no connection is closed");
        }
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
