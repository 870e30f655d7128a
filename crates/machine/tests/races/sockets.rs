//! Two connections of one user, and the news of their ends.

use umbra_protocol::{ClientMessage, CloseCode, Control, ServerFrame};

use crate::world::{ROOM, Way, World, action, strings};
use umbra_machine::room::RoomLimits;

/// Ann and Bob in a match that takes any action.
fn in_game() -> World {
    World::in_game("relay", &["ann", "bob"], ROOM)
}

#[test]
fn new_socket_before_the_old_one_is_known_dead() {
    for known_dead_first in [false, true] {
        let mut world = in_game();
        // Carried out, and lost on its way back.
        world.says("ann", action("1"));
        [Way::In, Way::ToRoom, Way::FromRoom].into_iter().for_each(|way| world.pass(way, "ann"));
        let old = world.client("ann").socket.expect("it is connected");
        world.cut("ann");
        if known_dead_first {
            world.pass(Way::Notice, "ann");
        }
        world.connect("ann");
        world.settle_but(&[(Way::Notice, "ann")]);

        let hello = world.hello("ann");
        assert!(hello.resumed && hello.room.is_some());
        let told = world.late.remove(&old).unwrap_or_default();
        if known_dead_first {
            assert_eq!(world.ids("ann"), ["GAME_EVENT", "USER_OFFLINE", "USER_ONLINE", "OK"]);
            assert_eq!(world.ids("bob"), ["GAME_EVENT", "USER_OFFLINE", "USER_ONLINE"]);
            assert_eq!(told, []);
        } else {
            assert_eq!(world.ids("ann"), ["GAME_EVENT", "OK"]);
            assert_eq!(world.ids("bob"), ["GAME_EVENT"], "Ann was never away");
            assert_eq!(told, [ServerFrame::Control(Control::Replaced)]);
            world.pass(Way::Notice, "ann");
            world.settle();
            assert_eq!((world.ids("ann"), world.ids("bob")), (vec![], vec![]), "the news is out of date");
        }
        assert_eq!(world.seats(), [(0, "ann".to_owned(), true), (1, "bob".to_owned(), true)]);
        world.does("ann", action("2"));
        assert_eq!(world.ids("ann"), ["GAME_EVENT", "OK"]);
        world.must_agree();
    }
}

#[test]
fn deferred_close_of_the_old_socket_arrives_after_the_takeover() {
    for before_the_greeting in [true, false] {
        let mut world = in_game();
        let old = world.client("ann").socket.expect("it is connected");
        world.connect("ann");
        let new = world.client("ann").socket.expect("it is connected");
        // The older connection still talks: before it knows, and after it was closed.
        world.says_on("ann", old, 9, ClientMessage::RoomLeave);
        if before_the_greeting {
            world.end_of("ann", old);
            world.pass(Way::Notice, "ann");
            assert_eq!(world.waits(Way::Out, "ann"), 2, "the older one's REPLACED and close, and no greeting yet");
        }
        world.settle();
        world.end_of("ann", old);
        world.settle();

        assert_eq!(world.late.remove(&old), Some(vec![ServerFrame::Control(Control::Replaced)]));
        assert_eq!(world.client("ann").closed, [(old, CloseCode::Replaced)]);
        assert!(world.hello("ann").resumed);
        assert_eq!(world.client("ann").socket, Some(new));
        assert_eq!((world.ids("ann"), world.ids("bob")), (vec![], vec![]), "Ann was never away, nor has she left");
        assert_eq!(world.seats(), [(0, "ann".to_owned(), true), (1, "bob".to_owned(), true)]);
        world.does("bob", action("1"));
        assert_eq!(world.ids("ann"), ["GAME_EVENT"], "the new connection is still spoken to");
        world.must_agree();
    }
}

/// The user knows, the room does not: what it does when it hears of the drop and of the resume at once.
#[test]
fn resume_before_the_drop_was_recorded() {
    for in_game in [true, false] {
        for lobby_grace_ms in [0, 1_000] {
            let limits = RoomLimits { lobby_grace_ms, ..ROOM };
            let names = ["ann", "bob"];
            let mut world =
                if in_game { World::in_game("relay", &names, limits) } else { World::waiting("relay", &names, limits) };
            world.cut("ann");
            world.pass(Way::Notice, "ann");
            world.connect("ann");
            assert_eq!(world.waits(Way::ToRoom, "ann"), 2, "that Ann is away, and that she is back");
            world.settle();

            let hello = world.hello("ann");
            assert!(hello.resumed, "the user was there all the time");
            if in_game || lobby_grace_ms > 0 {
                let told = strings(&["USER_OFFLINE", "USER_ONLINE"]);
                assert_eq!((world.ids("ann"), world.ids("bob")), (told.clone(), told));
                assert_eq!(world.seats(), [(0, "ann".to_owned(), true), (1, "bob".to_owned(), true)]);
                assert!(hello.room.is_some_and(|room| room.players.iter().all(|player| player.online)));
            } else {
                assert_eq!(world.ids("ann"), ["USER_LEFT"], "and nothing of what came after she had left");
                assert_eq!(world.ids("bob"), ["USER_LEFT", "HOST_CHANGED"]);
                assert_eq!((hello.room, world.place_of("ann")), (None, None));
                assert_eq!(world.seats(), [(1, "bob".to_owned(), true)]);
            }
            world.must_agree();
        }
    }
}
