//! A busy room deals with several actions in one go; and whoever dies in whatever moment of that, each of them is carried out
//! once, answered once, and told once.

use std::cell::Cell;
use std::rc::Rc;

use umbra_faults::sim::Process;
use umbra_machine::settings::Settings;
use umbra_otp::sim::{Fate, Fifo, HostCall, Random, Schedule, What, World, WorldOptions};
use umbra_protocol::{ClientMessage, GameValue};
use umbra_sim_tests::busy::Busy;
use umbra_sim_tests::{Server, settings, tictactoe};

const ROUNDS: u64 = 4;

/// Of the processes of one kind, from a moment on.
#[derive(Clone, Default)]
struct Calls {
    armed: Rc<Cell<bool>>,
    /// So many were made.
    made: Rc<Cell<u64>>,
    /// So many processes were killed before one.
    kills: Rc<Cell<usize>>,
}

/// A world in which processes of that kind are killed before these calls that `counts`, counted from 1 from when it is armed.
fn world(
    schedule: impl Schedule + 'static,
    kind: &'static str,
    mut counts: impl FnMut(&HostCall<'_>) -> bool + 'static,
    deadly: Vec<u64>,
) -> (World, Calls) {
    let (world, calls) = (World::new(schedule, WorldOptions::default()), Calls::default());
    let shared = calls.clone();
    world.watch(move |call| {
        if !shared.armed.get() || !call.kind.ends_with(kind) || !counts(call) {
            return Fate::GoesOn;
        }
        if deadly.get(shared.kills.get()) == Some(&(shared.made.get() + 1)) {
            shared.kills.set(shared.kills.get() + 1);
            return Fate::IsKilled;
        }
        shared.made.set(shared.made.get() + 1);
        Fate::GoesOn
    });
    (world, calls)
}

fn messages(process: Process) -> &'static str {
    match process {
        Process::Room => "::RoomMessage",
        Process::User => "::UserMessage",
        Process::RoomManager => "::RoomManagerMessage",
        Process::UserManager => "::UserManagerMessage",
        Process::Journal => "::JournalMessage",
    }
}

fn every_call(_: &HostCall<'_>) -> bool {
    true
}

fn to_journal(call: &HostCall<'_>) -> bool {
    matches!(call.what, What::Send(_)) && call.target_kind.is_some_and(|kind| kind.ends_with("::JournalMessage"))
}

/// Some rounds of a match in which processes are killed. Says whose actions were refused as poison.
fn rounds(world: World, calls: &Calls) -> Vec<usize> {
    let mut busy = Busy::sit_down(world);
    calls.armed.set(true);
    for _ in 0..ROUNDS {
        busy.round();
    }
    calls.armed.set(false);
    // Whoever died with the last answer has told nobody yet.
    busy.server.pass(&mut busy.clients, 2_000);
    busy.account()
}

#[test]
fn what_comes_together_is_dealt_with_in_one_go() {
    let (world, calls) = world(Fifo, messages(Process::Room), to_journal, Vec::new());
    assert_eq!(rounds(world, &calls), [0; 0]);
    // Each round is one entry, of which the journal hears twice; but the very first action goes alone, since none has come
    // together with another before it.
    assert_eq!(calls.made.get(), 2 * (ROUNDS + 1));
}

fn whoever_dies_before_any_call(process: Process) {
    for nth in 1.. {
        let (world, calls) = world(Fifo, messages(process), every_call, vec![nth]);
        // Shown only if it fails.
        println!("{process:?} killed before call {nth}");
        assert_eq!(rounds(world, &calls), [0; 0], "one death is chance");
        if calls.kills.get() == 0 {
            assert!(nth > 5, "{process:?} makes more calls than {nth}");
            return;
        }
    }
}

#[test]
fn a_busy_room_can_be_killed_before_any_of_its_calls() {
    whoever_dies_before_any_call(Process::Room);
}

#[test]
fn a_user_of_a_busy_room_can_be_killed_before_any_of_its_calls() {
    whoever_dies_before_any_call(Process::User);
}

#[test]
fn a_journal_can_be_killed_before_any_of_its_calls_while_a_room_is_busy() {
    whoever_dies_before_any_call(Process::Journal);
}

#[test]
fn whatever_the_schedule_any_process_of_a_busy_room_can_be_killed() {
    let mut kills = 0;
    // Managers have nothing to do here.
    let kinds = [Process::Room, Process::User, Process::Journal].map(|process| {
        let (world, calls) = world(Fifo, messages(process), every_call, Vec::new());
        rounds(world, &calls);
        (process, calls.made.get())
    });
    for seed in 0..150_u64 {
        for (process, calls) in kinds {
            let nth = seed * 7919 % calls + 1;
            let (world, calls) = world(Random::new(seed, 0.1), messages(process), every_call, vec![nth]);
            println!("schedule {seed}, {process:?} killed before call {nth}");
            assert_eq!(rounds(world, &calls), [0; 0], "one death is chance");
            kills += calls.kills.get();
        }
    }
    assert!(kills > 400, "{kills} kills");
}

/// Two deaths can be poison, but never of more than one action, and that is refused and not carried out.
#[test]
fn a_busy_room_can_be_killed_twice_before_any_of_its_calls() {
    let (mut twice, mut refused) = (0, 0);
    for first in (1..).step_by(3) {
        let mut killed = 0;
        for further in (1..120).step_by(5) {
            let (world, calls) = world(Fifo, messages(Process::Room), every_call, vec![first, first + further]);
            println!("killed before calls {first} and {}", first + further);
            let poison = rounds(world, &calls);
            assert!(poison.len() <= 1, "{poison:?}");
            refused += poison.len();
            killed = killed.max(calls.kills.get());
            twice += usize::from(calls.kills.get() == 2);
        }
        if killed == 0 {
            break;
        }
    }
    assert!(twice > 300 && refused > 0, "{twice} times, {refused} refused");
}

/// What the room tells the journal from when four actions have come together: `Append` of all; dead; `Recall` and `Done` of the
/// one before, once more; then `Append` and `Done` of each. Whichever is poison is what the room dies of then.
#[test]
fn poison_among_actions_that_came_together_is_refused_and_the_others_are_carried_out_once() {
    let mut refused = Vec::new();
    for poisoned in 0..4 {
        let (world, calls) = world(Fifo, messages(Process::Room), to_journal, vec![2, 5 + 2 * poisoned]);
        let mut busy = Busy::sit_down(world);
        busy.round();
        calls.armed.set(true);
        busy.round();
        calls.armed.set(false);
        assert_eq!(calls.kills.get(), 2);
        busy.round();
        busy.server.pass(&mut busy.clients, 2_000);
        let poison = busy.account();
        assert_eq!(poison.len(), 1, "{poison:?}");
        refused.extend(poison);
    }
    refused.sort_unstable();
    assert_eq!(refused, [0, 1, 2, 3], "each was poison once");
}

/// Ann's first mark has 30 s. She sets it 400 ms before, in a room that has just spent its burst and looks at it a second later.
#[test]
fn a_move_that_came_in_time_counts_although_it_waited_past_the_deadline() {
    let server = Server::start(World::default(), Settings { room_pace_ms: 1_000, ..settings() });
    let mut players = tictactoe::sit_down(&server);
    server.pass(&mut players, 29_500);
    for _ in 0..4 {
        let outcome = server.ask(&mut players, 1, ClientMessage::ChatSend { text: "hurry".into() });
        assert!(outcome.is_ok(), "{outcome:?}");
    }
    server.pass(&mut players, 100);
    let action = GameValue::trusted(r#"{"type":"PLACE","cell":4}"#.into());
    players[0].say(&server, ClientMessage::GameAction { action });
    server.pass(&mut players, 399);
    assert!(players[0].answer().is_none(), "it waits");
    server.pass(&mut players, 1_000);
    assert!(players[0].answer().is_some_and(Result::is_ok), "{:?}", players[0].answer());
    assert!(players[1].events.iter().all(|event| event.id() != "GAME_OVER"), "nobody was late");
}
