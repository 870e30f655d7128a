//! The end of a grace, and what comes in the same instant.

use umbra_machine::room::RoomLimits;
use umbra_protocol::{ClientMessage, DissolveReason, Event, JoinAs, LeaveReason, Phase, RoomId, Seat, Uid};

use crate::world::{Heard, ROOM, Way, World, action, join};

const GRACE_MS: u64 = 1_000;

/// What keeps the seat of somebody who is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grace {
    Lobby,
    Seat,
    Result,
}

/// Ann is here and Bob is away; his grace begins now.
fn bob_is_away(grace: Grace) -> World {
    let names = ["ann", "bob"];
    let mut world = match grace {
        Grace::Lobby => World::waiting("relay", &names, RoomLimits { lobby_grace_ms: GRACE_MS, ..ROOM }),
        Grace::Seat => World::in_game("relay", &names, RoomLimits { seat_grace_ms: GRACE_MS, ..ROOM }),
        Grace::Result => World::in_game("tictactoe", &names, RoomLimits { result_grace_ms: GRACE_MS, ..ROOM }),
    };
    world.drop_out("bob");
    if grace == Grace::Result {
        world.does("ann", action(r#"{"type":"PLACE","cell":0}"#));
        // Bob's turn, whose time runs out: he forfeits, and the match is over.
        world.wait(30_000);
        assert_eq!(world.snapshot("ann").phase, Phase::Waiting);
    }
    world.hush();
    world
}

fn left(seat: u8, name: &str) -> Heard {
    Heard::Event(Event::UserLeft { seat: Some(Seat(seat)), uid: Uid(name.into()), reason: LeaveReason::Offline })
}

fn online(seat: u8, name: &str) -> Heard {
    Heard::Event(Event::UserOnline { seat: Seat(seat), uid: Uid(name.into()) })
}

/// What the room hears of first, in the instant in which the grace ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum First {
    /// The resume: the clock has not struck yet, and yet it is time.
    Resume,
    /// The clock, with the resume right behind.
    Clock,
    /// The clock; the user knows that it is out, and has not ended yet.
    ClockAndKnown,
}

#[test]
fn resume_exactly_when_the_grace_ends() {
    for grace in [Grace::Lobby, Grace::Seat, Grace::Result] {
        for first in [First::Resume, First::Clock, First::ClockAndKnown] {
            for early_ms in [1, 0] {
                let case = format!("{grace:?}, {first:?}, {early_ms} ms early");
                let mut world = bob_is_away(grace);
                world.now_ms += GRACE_MS - early_ms;
                match first {
                    First::Resume => {
                        world.connect("bob");
                        world.pass(Way::ToRoom, "bob");
                        world.tick();
                    }
                    First::Clock => {
                        world.connect("bob");
                        world.tick();
                    }
                    First::ClockAndKnown => {
                        world.tick();
                        world.settle_but(&[(Way::Leave, "bob")]);
                        world.connect("bob");
                    }
                }
                world.settle();

                let hello = world.hello("bob");
                assert!(hello.resumed, "{case}: the user was there all the time");
                let last = world.heard("bob").pop();
                if early_ms > 0 {
                    assert_eq!((world.heard("ann"), last), (vec![online(1, "bob")], Some(online(1, "bob"))), "{case}");
                    assert_eq!(hello.room.map(|room| room.my_seat), Some(Some(Seat(1))), "{case}");
                    world.wait(10 * GRACE_MS);
                    assert_eq!(world.heard("ann"), [], "{case}: the grace is over, and nobody is away");
                } else {
                    assert_eq!((world.heard("ann"), last), (vec![left(1, "bob")], Some(left(1, "bob"))), "{case}");
                    assert_eq!((hello.room, world.place_of("bob")), (None, None), "{case}: out, once and for all");
                    assert_eq!(world.seats(), [(0, "ann".to_owned(), true)], "{case}");
                }
                world.must_agree();
            }
        }
    }
}

/// Two who play, both away; somebody watches.
fn only_vic_is_here(in_game: bool) -> (World, RoomId) {
    let limits = RoomLimits { lobby_grace_ms: GRACE_MS, seat_grace_ms: GRACE_MS, ..ROOM };
    let names = ["ann", "bob"];
    let mut world =
        if in_game { World::in_game("relay", &names, limits) } else { World::waiting("relay", &names, limits) };
    let room_id = world.room_id();
    world.connect("vic");
    world.settle();
    world.does("vic", ClientMessage::RoomJoin { room_id: room_id.clone(), join_as: JoinAs::Spectator });
    world.drop_out("ann");
    world.drop_out("bob");
    world.hush();
    (world, room_id)
}

#[test]
fn grace_end_empties_the_room() {
    let dissolved = Heard::Event(Event::RoomDissolved { reason: DissolveReason::Empty });
    for in_game in [false, true] {
        let (mut world, _) = only_vic_is_here(in_game);
        world.wait(GRACE_MS - 1);
        assert_eq!(world.heard("vic"), []);
        world.wait(1);
        let heard = world.heard("vic");
        assert_eq!((&heard[0], heard.last()), (&left(0, "ann"), Some(&dissolved)));
        assert_eq!(heard.iter().filter(|heard| **heard == left(1, "bob")).count(), 1);
        let overs = heard.iter().filter(|heard| matches!(heard, Heard::Event(Event::GameOver { .. }))).count();
        assert_eq!(overs, usize::from(in_game), "a match is over once");
        assert_eq!(world.rooms.ids(), []);
        assert!(!world.is_there("ann") && !world.is_there("bob"), "nobody could come back to these");
        assert_eq!(world.place_of("vic"), None);
        world.must_agree();
        // Whoever comes later is the same user, in no room.
        world.connect("ann");
        world.settle();
        assert_eq!((world.hello("ann").resumed, world.hello("ann").room), (false, None));
    }
}

#[test]
fn grace_end_empties_the_room_in_the_instant_in_which_somebody_comes() {
    for in_game in [false, true] {
        for clock_first in [false, true] {
            let (mut world, room_id) = only_vic_is_here(in_game);
            world.connect("cid");
            world.settle();
            world.now_ms += GRACE_MS;
            world.connect("bob");
            world.says("cid", join(&room_id));
            [Way::In, Way::Ask, Way::Found].into_iter().for_each(|way| world.pass(way, "cid"));
            if clock_first {
                world.tick();
            }
            world.pass(Way::ToRoom, "bob");
            world.settle();
            world.tick();
            world.settle();
            assert!(world.hello("bob").resumed);
            assert_eq!((world.hello("bob").room, world.place_of("bob")), (None, None), "back to nothing");
            let heard = world.ids("bob");
            assert!(!heard.contains(&"USER_ONLINE".into()), "nobody was there any more: {heard:?}");
            assert_eq!(heard.iter().filter(|id| *id == "USER_LEFT").count(), 2, "Ann, and Bob himself: {heard:?}");
            assert_eq!((world.ids("cid"), world.place_of("cid")), (vec!["RoomNotFound".into()], None));
            assert_eq!(world.ids("vic").last().map(String::as_str), Some("ROOM_DISSOLVED"));
            assert_eq!(world.rooms.ids(), []);
            world.must_agree();
        }
    }
}
