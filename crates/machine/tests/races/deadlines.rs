//! The deadline of a turn, and what comes in the same instant.

use umbra_protocol::{ErrorCode, Event, Phase, Seat, SkipReason};

use crate::world::{Heard, ROOM, Way, World, action, strings};

const SPEAK_MS: u64 = 60_000;
const TURN_MS: u64 = 30_000;
const NAMES: [&str; 4] = ["ann", "bob", "cid", "dan"];

/// Whose turn it is and until when.
fn turn(world: &World) -> (Vec<Seat>, Option<u64>) {
    world.snapshot("ann").turn.map(|turn| (turn.seats, turn.deadline_ms)).expect("a turn")
}

#[test]
fn deadline_and_action_in_the_same_instant() {
    for clock_first in [true, false] {
        for early_ms in [1, 0] {
            let mut world = World::in_game("undercover", &NAMES, ROOM);
            // Said a moment before; what counts is when the room hears of it.
            world.now_ms += SPEAK_MS - early_ms - 1;
            let spoken = world.says("ann", action(r#"{"type":"SPEAK","text":"round"}"#));
            world.pass(Way::In, "ann");
            world.now_ms += 1;
            if clock_first {
                world.tick();
            }
            world.pass(Way::ToRoom, "ann");
            let taken_ms = world.now_ms;
            world.now_ms += early_ms;
            world.tick();
            world.settle();

            assert_eq!(turn(&world), (vec![Seat(1)], Some(taken_ms + SPEAK_MS)), "one turn has passed, and not two");
            let answer = Heard::Answer(spoken, if early_ms > 0 { None } else { Some(ErrorCode::NotYourTurn) });
            let (mut ann, bob) = (world.heard("ann"), world.heard("bob"));
            assert_eq!(ann.pop(), Some(answer));
            assert_eq!(ann, bob, "everybody is told the same");
            let [passed, Heard::Event(Event::TurnStarted(_))] = bob.as_slice() else { panic!("{bob:?}") };
            let late = Heard::Event(Event::TurnSkipped { seat: Seat(0), reason: SkipReason::Timeout });
            let acted = matches!(passed, Heard::Event(Event::GameEvent { .. }));
            assert_eq!((acted, *passed == late), (early_ms > 0, early_ms == 0), "for one cause: {passed:?}");
            // And Bob has all of his time.
            world.wait(SPEAK_MS - early_ms - 1);
            assert_eq!(world.heard("cid").len(), 2);
            world.must_agree();
        }
    }
}

#[test]
fn deadline_and_reconnect_in_the_same_instant() {
    for clock_first in [true, false] {
        for early_ms in [1, 0] {
            let mut world = World::in_game("tictactoe", &["ann", "bob"], ROOM);
            let deadline_ms = world.now_ms + TURN_MS;
            world.drop_out("ann");
            world.now_ms = deadline_ms - early_ms;
            world.connect("ann");
            if clock_first {
                world.tick();
            }
            world.pass(Way::ToRoom, "ann");
            world.tick();
            world.settle();

            let hello = world.hello("ann");
            let room = hello.room.expect("the seat is kept");
            assert!(hello.resumed);
            if early_ms > 0 {
                let told = strings(&["USER_OFFLINE", "USER_ONLINE"]);
                assert_eq!((world.ids("ann"), world.ids("bob")), (told.clone(), told));
                assert_eq!(turn(&world), (vec![Seat(0)], Some(deadline_ms)), "her turn still, and no more time for it");
                world.does("ann", action(r#"{"type":"PLACE","cell":4}"#));
                world.now_ms = deadline_ms;
                world.tick();
                world.settle();
                assert_eq!(world.ids("bob"), ["GAME_EVENT", "TURN_STARTED"]);
            } else {
                let told = strings(&["USER_OFFLINE", "GAME_OVER", "HOST_CHANGED", "USER_ONLINE"]);
                assert_eq!((world.ids("ann"), world.ids("bob")), (told.clone(), told), "lost once, and then back");
                assert_eq!(room.phase, Phase::Waiting);
                let outcome = room.last_outcome.expect("a match was played");
                assert_eq!(outcome.as_str(), r#"{"result":"WIN","winner":1}"#);
            }
            world.must_agree();
        }
    }
}
