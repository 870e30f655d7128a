//! On the way into a room, or into one that is only being made, when the connection is lost.

use umbra_machine::room::RoomLimits;

use umbra_protocol::{ClientMessage, RoomSpec};

use crate::world::{ROOM, Way, World, create, join, strings};

/// How far the way into the room has been gone when the connection is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Far {
    /// The room manager has not been asked yet.
    Asking,
    /// It has answered, and the user has not heard.
    Finding,
    /// The room has not been asked yet.
    Joining,
    /// It has let the user in, who has not heard.
    Admitted,
    /// So has the user, and the client has not.
    Answered,
}

const ALL: [Far; 5] = [Far::Asking, Far::Finding, Far::Joining, Far::Admitted, Far::Answered];

/// Goes that far; then the connection is lost, and the user knows.
fn go(world: &mut World, far: Far) {
    let way = [Way::In, Way::Ask, Way::Found, Way::ToRoom, Way::FromRoom];
    let steps = 1 + ALL.iter().position(|other| *other == far).expect("one of all");
    way[..steps].iter().for_each(|way| world.pass(*way, "ann"));
    world.cut("ann");
    world.pass(Way::Notice, "ann");
}

/// Bob alone at a table for three, and Ann outside.
fn bob_waits(limits: RoomLimits) -> World {
    let mut world = World::seated("relay", 3, &["bob"], limits);
    world.connect("ann");
    world.settle();
    world
}

/// Both ways into Bob's room.
fn joins(world: &World) -> [ClientMessage; 2] {
    let spec = RoomSpec { game: "relay".to_owned(), seats: None, options: None };
    [join(&world.room_id()), ClientMessage::RoomQuickJoin { spec }]
}

#[test]
fn drop_in_the_middle_of_joining() {
    for (far, way) in ALL.iter().flat_map(|far| [(*far, 0), (*far, 1)]) {
        let mut world = bob_waits(ROOM);
        let message = joins(&world)[way].clone();
        world.says("ann", message);
        go(&mut world, far);
        // Everybody learns of the drop; the user has its leave to end, if it asks for it.
        world.settle();
        assert_eq!((world.seats(), world.place_of("ann")), (vec![(0, "bob".to_owned(), true)], None), "{far:?}");
        let told: &[&str] = if far < Far::Joining { &[] } else { &["USER_JOINED", "USER_LEFT"] };
        assert_eq!(world.ids("bob"), told, "{far:?}: in and out, or neither");
        assert!(!world.is_there("ann"), "{far:?}: nothing is left to come back to");
        // Back as the same user, with a new session: the join is asked for once more and is now carried out.
        world.connect("ann");
        world.settle();
        assert_eq!((world.hello("ann").resumed, world.hello("ann").room), (false, None));
        assert_eq!((world.ids("ann"), world.ids("bob")), (strings(&["USER_JOINED", "OK"]), strings(&["USER_JOINED"])));
        world.must_agree();
    }
}

#[test]
fn drop_in_the_middle_of_joining_and_back_before_the_user_has_ended() {
    for (far, way) in ALL.iter().flat_map(|far| [(*far, 0), (*far, 1)]) {
        let mut world = bob_waits(ROOM);
        let message = joins(&world)[way].clone();
        world.says("ann", message);
        go(&mut world, far);
        world.settle_but(&[(Way::Leave, "ann")]);
        world.connect("ann");
        world.settle();
        let hello = world.hello("ann");
        assert_eq!((hello.resumed, hello.room), (true, None), "{far:?}");
        if far < Far::Joining {
            assert_eq!(hello.last_ref, 0, "{far:?}: not carried out, so it is asked for again");
            assert_eq!(
                (world.ids("ann"), world.ids("bob")),
                (strings(&["USER_JOINED", "OK"]), strings(&["USER_JOINED"]))
            );
            assert_eq!(world.seats().len(), 2);
        } else {
            assert_eq!(hello.last_ref, 1, "{far:?}: carried out, so it is not carried out again");
            assert_eq!(world.ids("ann"), ["USER_JOINED", "USER_LEFT", "OK"], "{far:?}");
            assert_eq!(world.ids("bob"), ["USER_JOINED", "USER_LEFT"], "{far:?}");
            assert_eq!(world.seats().len(), 1);
        }
        world.must_agree();
    }
}

#[test]
fn drop_in_the_middle_of_joining_and_back_before_it_is_done() {
    for far in ALL {
        let mut world = bob_waits(RoomLimits { lobby_grace_ms: 1_000, ..ROOM });
        let message = joins(&world)[0].clone();
        world.says("ann", message);
        go(&mut world, far);
        world.connect("ann");
        world.settle();
        assert!(world.hello("ann").resumed && world.hello("ann").room.is_some(), "{far:?}");
        assert_eq!(world.hello("ann").last_ref, 1, "{far:?}: carried out, not to be sent again");
        // Only once it had let her in could the room be told that she is away.
        let seen_away = far == Far::Answered;
        let told: &[&str] = if seen_away { &["USER_OFFLINE", "USER_ONLINE"] } else { &[] };
        assert_eq!(world.ids("bob"), [&["USER_JOINED"], told].concat(), "{far:?}");
        assert_eq!(world.ids("ann"), [&["USER_JOINED"], told, &["OK"]].concat(), "{far:?}");
        let sit = |seat, name: &str| (seat, name.to_owned(), true);
        assert_eq!(world.seats(), [sit(0, "bob"), sit(1, "ann")], "{far:?}");
        world.wait(2_000);
        assert_eq!(world.seats().len(), 2, "{far:?}: no grace runs against who is here");
        world.must_agree();
    }
}

#[test]
fn drop_in_the_middle_of_creating() {
    for far in ALL {
        let mut world = World::new(ROOM);
        world.connect("ann");
        world.settle();
        world.says("ann", create("relay", 3));
        go(&mut world, far);
        world.settle();
        let made_for_nobody = world.rooms.ids().len();
        assert_eq!(
            made_for_nobody,
            usize::from(far < Far::Joining),
            "{far:?}: it waits for its creator, or is no more"
        );
        assert!(!world.is_there("ann"), "{far:?}: nothing is left to come back to");
        world.connect("ann");
        world.settle();
        assert_eq!(world.ids("ann"), ["USER_JOINED", "OK"], "{far:?}: asked for once more");
        // A room whose creator has another gives up; nobody ever sees it.
        world.wait(ROOM.request_timeout_ms);
        assert_eq!((world.rooms.ids().len(), world.seats()), (1, vec![(0, "ann".to_owned(), true)]), "{far:?}");
        assert_eq!(world.place_of("ann"), Some(world.room_id()));
        assert_eq!(world.ids("ann"), [""; 0]);
        world.must_agree();
    }
}

#[test]
fn drop_in_the_middle_of_creating_and_back_before_it_is_done() {
    for far in ALL {
        let mut world = World::new(RoomLimits { lobby_grace_ms: 1_000, ..ROOM });
        world.connect("ann");
        world.settle();
        world.says("ann", create("relay", 3));
        go(&mut world, far);
        world.connect("ann");
        world.settle();
        assert!(world.hello("ann").resumed && world.hello("ann").room.is_some(), "{far:?}");
        let told: &[&str] = if far == Far::Answered { &["USER_OFFLINE", "USER_ONLINE"] } else { &[] };
        assert_eq!(world.ids("ann"), [&["USER_JOINED"], told, &["OK"]].concat(), "{far:?}");
        world.wait(ROOM.request_timeout_ms);
        assert_eq!(world.seats(), [(0, "ann".to_owned(), true)], "{far:?}: one room, and Ann in it");
        world.must_agree();
    }
}
