//! What happens to somebody who is away, or just going: the match ends, the next begins, they are kicked, they leave.

use umbra_machine::room::RoomLimits;
use umbra_protocol::{ClientMessage, ErrorCode, Event, LeaveReason, Phase, Seat, Uid};

use crate::world::{Heard, ROOM, Way, World, action, chat, join};

const LOBBY: RoomLimits = RoomLimits { lobby_grace_ms: 1_000, ..ROOM };

fn place(cell: u8) -> ClientMessage {
    action(&format!(r#"{{"type":"PLACE","cell":{cell}}}"#))
}

/// A match of which only Ann's last move is missing.
fn almost_won() -> World {
    let mut world = World::in_game("tictactoe", &["ann", "bob"], ROOM);
    for (name, cell) in [("ann", 0), ("bob", 3), ("ann", 1), ("bob", 4)] {
        world.does(name, place(cell));
    }
    world.hush();
    world
}

fn left(seat: u8, name: &str, reason: LeaveReason) -> Heard {
    Heard::Event(Event::UserLeft { seat: Some(Seat(seat)), uid: Uid(name.into()), reason })
}

#[test]
fn game_over_while_offline() {
    for known_to_the_room in [true, false] {
        let mut world = almost_won();
        world.cut("bob");
        world.pass(Way::Notice, "bob");
        if known_to_the_room {
            world.settle();
        }
        world.says("ann", place(2));
        world.settle_but(&[(Way::ToRoom, "bob"), (Way::Leave, "bob")]);
        world.settle_but(&[(Way::Leave, "bob")]);
        let over = ["GAME_EVENT", "GAME_OVER", "OK"];
        if known_to_the_room {
            assert_eq!(world.ids("ann"), [&["USER_OFFLINE"], over.as_slice()].concat());
            world.wait(ROOM.result_grace_ms - 1);
        } else {
            // The room hears of the drop when it waits again, and nobody is kept in a waiting room. Who comes back before the
            // user has ended is told of the end all the same.
            assert_eq!(world.ids("ann"), [over.as_slice(), &["USER_LEFT"]].concat());
        }
        world.connect("bob");
        world.settle();
        let hello = world.hello("bob");
        assert!(hello.resumed, "the result waits in the session");
        if known_to_the_room {
            assert_eq!(world.ids("bob"), ["USER_OFFLINE", "GAME_EVENT", "GAME_OVER", "USER_ONLINE"]);
            let room = hello.room.expect("the seat was kept");
            assert_eq!((room.phase, room.my_seat), (Phase::Waiting, Some(Seat(1))));
            assert_eq!(room.last_outcome.expect("a result").as_str(), r#"{"result":"WIN","winner":0}"#);
        } else {
            assert_eq!(world.ids("bob"), ["GAME_EVENT", "GAME_OVER", "USER_LEFT"]);
            assert_eq!(hello.room, None);
        }
        world.must_agree();
    }
}

/// Eve was away when a match ended; the others are ready for the next one.
fn ready_without_eve() -> World {
    let mut world = World::in_game("undercover", &["ann", "bob", "cid", "dan", "eve"], ROOM);
    world.drop_out("eve");
    let room_id = world.room_id();
    let others = ["dan", "cid", "bob"];
    for name in others {
        if world.snapshot("ann").phase == Phase::InGame {
            world.does(name, ClientMessage::RoomLeave);
        }
    }
    assert_eq!(world.snapshot("ann").phase, Phase::Waiting, "so many have fled");
    for name in others {
        if world.place_of(name).is_none() {
            world.does(name, join(&room_id));
        }
        world.does(name, ClientMessage::RoomReady { ready: true });
    }
    world.hush();
    world
}

#[test]
fn next_game_starts_while_absent() {
    for resume_first in [false, true] {
        let mut world = ready_without_eve();
        let before = world.client("eve").last_seq;
        world.connect("eve");
        world.says("ann", ClientMessage::GameStart);
        world.pass(Way::In, "ann");
        world.pass(Way::ToRoom, if resume_first { "eve" } else { "ann" });
        world.settle();

        let hello = world.hello("eve");
        let (ann, eve) = (world.heard("ann"), world.ids("eve"));
        assert!(hello.resumed && world.client("eve").last_seq > before, "what was missed is told");
        assert_eq!(eve.iter().filter(|id| *id == "GAME_OVER").count(), 1, "{eve:?}");
        let refused = Heard::Answer(world.client("ann").last_ref(), Some(ErrorCode::NotReady));
        let online = Heard::Event(Event::UserOnline { seat: Seat(4), uid: Uid("eve".into()) });
        if resume_first {
            assert_eq!(ann, [online, refused], "whoever is here must be ready");
            assert_eq!(world.snapshot("ann").phase, Phase::Waiting);
            assert_eq!(hello.room.map(|room| room.my_seat), Some(Some(Seat(4))));
        } else {
            assert_eq!(ann[0], left(4, "eve", LeaveReason::Offline), "the absent leave first");
            let [_, Heard::Event(Event::GameStarted { .. }), Heard::Answer(_, None)] = ann.as_slice() else {
                panic!("{ann:?}")
            };
            assert_eq!((hello.room, world.place_of("eve")), (None, None));
            assert_eq!(eve.last().map(String::as_str), Some("USER_LEFT"), "the next match is none of hers");
            assert_eq!(world.seats().len(), 4);
        }
        world.must_agree();
    }
}

/// Who comes first to the room, or to the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// The room is told that Bob is back, and then to kick him.
    Resume,
    /// The room kicks Bob, and then hears that he is back.
    Kick,
    /// So does his user: it knows that he is out, and has not ended.
    KickAndKnown,
    /// His user has ended.
    KickAndEnded,
}

#[test]
fn kicked_user_resumes() {
    for order in [Order::Resume, Order::Kick, Order::KickAndKnown, Order::KickAndEnded] {
        let mut world = World::waiting("relay", &["ann", "bob"], LOBBY);
        world.drop_out("bob");
        world.says("ann", ClientMessage::RoomKick { uid: Uid("bob".into()) });
        world.pass(Way::In, "ann");
        match order {
            Order::Resume => {
                world.connect("bob");
                world.pass(Way::ToRoom, "bob");
            }
            Order::Kick => {
                world.pass(Way::ToRoom, "ann");
                world.connect("bob");
            }
            Order::KickAndKnown => {
                world.settle_but(&[(Way::Leave, "bob")]);
                world.connect("bob");
            }
            Order::KickAndEnded => {
                world.settle();
                world.connect("bob");
            }
        }
        world.settle();

        let hello = world.hello("bob");
        let (ann, bob) = (world.ids("ann"), world.ids("bob"));
        assert_eq!(hello.resumed, order != Order::KickAndEnded, "{order:?}");
        assert_eq!(hello.room.is_some(), order == Order::Resume, "{order:?}");
        let seen: &[&str] = if order == Order::Resume { &["USER_ONLINE"] } else { &[] };
        assert_eq!(ann, [&["USER_OFFLINE"], seen, &["USER_LEFT", "OK"]].concat(), "{order:?}");
        if order == Order::KickAndEnded {
            assert_eq!(bob, [""; 0], "a new session in no room");
        } else {
            assert_eq!(
                bob,
                [&["USER_OFFLINE"], seen, &["KICKED"]].concat(),
                "{order:?}: told so, and nothing after it"
            );
        }
        assert_eq!((world.place_of("bob"), world.seats()), (None, vec![(0, "ann".to_owned(), true)]), "{order:?}");
        // Nobody said for ever.
        let room_id = world.room_id();
        world.does("bob", join(&room_id));
        assert_eq!(world.seats().len(), 2);
        world.must_agree();
    }
}

#[test]
fn leave_and_drop_in_the_same_instant() {
    for (in_game, reason) in [(true, LeaveReason::Fled), (false, LeaveReason::Left)] {
        let names = ["ann", "bob", "cid"];
        let mut world =
            if in_game { World::in_game("relay", &names, LOBBY) } else { World::waiting("relay", &names, LOBBY) };
        // The user heard the leave and then of the drop; so does the room.
        world.says("bob", ClientMessage::RoomLeave);
        world.pass(Way::In, "bob");
        world.cut("bob");
        world.pass(Way::Notice, "bob");
        assert_eq!(world.waits(Way::ToRoom, "bob"), 2);
        world.settle_but(&[(Way::Leave, "bob")]);
        assert_eq!(world.heard("ann"), [left(1, "bob", reason)], "he has left, and was never away");
        assert_eq!((world.place_of("bob"), world.seats().len()), (None, 2));
        world.connect("bob");
        world.settle();
        assert_eq!((world.hello("bob").resumed, world.hello("bob").room), (true, None));
        assert_eq!(world.ids("bob"), ["USER_LEFT", "OK"]);
        world.must_agree();
    }
}

#[test]
fn leave_and_drop_in_the_same_instant_the_drop_first() {
    for (in_game, reason) in [(true, LeaveReason::Fled), (false, LeaveReason::Left)] {
        for behind_another_action in [false, true] {
            let names = ["ann", "bob", "cid"];
            let mut world =
                if in_game { World::in_game("relay", &names, LOBBY) } else { World::waiting("relay", &names, LOBBY) };
            if behind_another_action {
                // The leave waits for its turn while the drop goes straight to the room.
                world.says("bob", chat("bye"));
                world.says("bob", ClientMessage::RoomLeave);
                world.pass(Way::In, "bob");
                world.pass(Way::In, "bob");
                world.cut("bob");
                world.pass(Way::Notice, "bob");
                world.settle_but(&[(Way::Leave, "bob")]);
                assert_eq!(world.ids("cid"), ["CHAT", "USER_OFFLINE", "USER_LEFT"]);
            } else {
                // The user hears of the drop first, and nothing that the dead connection still had to say.
                world.says("bob", ClientMessage::RoomLeave);
                world.cut("bob");
                world.pass(Way::Notice, "bob");
                world.settle();
                assert_eq!(world.ids("cid"), ["USER_OFFLINE"]);
            }
            world.connect("bob");
            world.settle();
            let ann = world.heard("ann");
            assert_eq!(ann.last(), Some(&left(1, "bob", reason)), "in the end he has left");
            assert_eq!(ann.iter().filter(|heard| matches!(heard, Heard::Event(Event::UserLeft { .. }))).count(), 1);
            let bob = world.ids("bob");
            assert_eq!(bob.last().map(String::as_str), Some("OK"), "{bob:?}");
            assert_eq!((world.place_of("bob"), world.seats().len()), (None, 2));
            world.must_agree();
        }
    }
}
