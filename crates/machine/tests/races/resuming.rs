//! What a client has seen, claims to have seen, and is not ready to see yet.

use umbra_machine::session::AttachKind;
use umbra_protocol::{ClientMessage, Event, GameValue};

use crate::world::{Heard, ROOM, Way, World, action, chat, join};

#[test]
fn resume_with_zero_events_seen() {
    for something_happened in [true, false] {
        let mut world = World::seated("relay", 2, &["bob"], ROOM);
        world.connect("ann");
        world.settle();
        if something_happened {
            let room_id = world.room_id();
            world.says("ann", join(&room_id));
            world.says("ann", ClientMessage::RoomReady { ready: true });
            world.settle_but(&[(Way::Out, "ann")]);
            for message in [ClientMessage::GameStart, action("1")] {
                world.says("bob", message);
                world.settle_but(&[(Way::Out, "ann")]);
            }
            world.cut("ann");
            world.pass(Way::Notice, "ann");
        } else {
            // Back before the user has its leave to end.
            world.cut("ann");
            world.settle_but(&[(Way::Leave, "ann")]);
        }
        assert_eq!(world.client("ann").last_seq, 0);
        world.connect("ann");
        world.settle();

        let hello = world.hello("ann");
        assert!(hello.resumed, "nothing seen, and nothing lost");
        if something_happened {
            assert_eq!(hello.last_ref, 2);
            let missed = ["USER_JOINED", "USER_READY", "GAME_STARTED", "GAME_EVENT", "USER_OFFLINE", "USER_ONLINE"];
            let answers = ["OK", "OK"];
            assert_eq!(world.ids("ann"), [missed.as_slice(), &answers].concat(), "everything from seq 1 on, once");
            let joined = world.ids("bob").iter().filter(|id| *id == "USER_JOINED").count();
            assert_eq!(joined, 1, "what is asked again is not carried out again");
        } else {
            assert_eq!((hello.last_ref, world.ids("ann")), (0, vec![]));
        }
        world.must_agree();
    }
}

/// What was relayed, from how many there have been.
fn relayed(heard: &[Heard]) -> Vec<u64> {
    let n = |heard: &Heard| match heard {
        Heard::Event(Event::GameEvent { event }) => number(event),
        Heard::Event(_) | Heard::Answer(..) => None,
    };
    heard.iter().filter_map(n).collect()
}

fn number(value: &GameValue) -> Option<u64> {
    let value: serde_json::Value = serde_json::from_str(value.as_str()).expect("JSON");
    value["n"].as_u64()
}

#[test]
fn event_before_the_client_is_ready_for_it() {
    // Between the new connection and its greeting, with what the client has being good or not.
    for resumed in [true, false] {
        let mut world = World::in_game("relay", &["ann", "bob"], ROOM);
        world.drop_out("ann");
        world.does("bob", action("1"));
        let claimed = if resumed { world.client("ann").last_seq } else { 40 };
        let epoch = world.client("ann").epoch;
        world.connect_with("ann", AttachKind::Resume { epoch, last_seq: claimed });
        // The room is not told of Ann yet; meanwhile Bob goes on, and her user hears of that.
        world.says("bob", action("2"));
        world.settle_but(&[(Way::ToRoom, "ann")]);
        assert_eq!(world.heard("ann"), [], "nothing comes before the greeting");
        world.settle();
        world.does("bob", action("3"));

        let hello = world.hello("ann");
        let known = hello.room.and_then(|room| room.view).as_ref().and_then(number);
        assert_eq!((hello.resumed, known), (resumed, Some(2)), "the greeting tells the present state");
        let heard = world.heard("ann");
        if resumed {
            assert_eq!(relayed(&heard), [1, 2, 3], "in order and once, behind the greeting");
        } else {
            assert_eq!(relayed(&heard), [3], "what is in the snapshot is not told again");
            assert_eq!(world.client("ann").last_seq, 1);
        }
        world.must_agree();
    }
}

#[test]
fn event_before_the_client_is_ready_for_it_having_no_answer_to_its_join_yet() {
    let mut world = World::seated("relay", 2, &["bob"], ROOM);
    world.connect("ann");
    world.settle();
    let room_id = world.room_id();
    world.says("ann", join(&room_id));
    world.says("bob", chat("hello"));
    world.pass(Way::In, "bob");
    for way in [Way::In, Way::Ask, Way::Found, Way::ToRoom] {
        world.pass(way, "ann");
    }
    // Ann is in and does not know; Bob's word is right behind.
    world.pass(Way::ToRoom, "bob");
    world.settle();
    assert_eq!(world.ids("ann"), ["USER_JOINED", "OK", "CHAT"]);
    assert_eq!(world.ids("bob"), ["USER_JOINED", "CHAT", "OK"]);
    world.must_agree();
}

#[test]
fn stale_last_seq_with_another_epoch() {
    for (epoch, last_seq) in [(1, 2), (1, 0), (3, 2), (7, 2), (0, 2)] {
        let mut world = World::in_game("relay", &["ann", "bob"], ROOM);
        // Continuity is lost once: Ann's client has forgotten what it had, so her numbering starts again in epoch 2.
        world.drop_out("ann");
        world.connect_with("ann", AttachKind::Resume { epoch: 1, last_seq: 99 });
        world.settle();
        assert_eq!((world.client("ann").epoch, world.hello("ann").resumed), (2, false));
        (1..=3).for_each(|n| world.does("bob", action(&n.to_string())));
        assert_eq!(world.client("ann").last_seq, 3, "so there is a seq 2 in this epoch too");
        world.drop_out("ann");
        world.does("bob", action("4"));
        world.hush();

        // Another tab, which was asleep all the time, with what it had.
        world.connect_with("ann", AttachKind::Resume { epoch, last_seq });
        world.settle();
        let hello = world.hello("ann");
        assert!(!hello.resumed && hello.epoch > epoch.max(2), "{hello:?}");
        let known = hello.room.and_then(|room| room.view).as_ref().and_then(number);
        assert_eq!(
            (known, world.heard("ann")),
            (Some(4), vec![]),
            "the whole state, and no event of another numbering"
        );
        world.does("bob", action("5"));
        assert_eq!((relayed(&world.heard("ann")), world.client("ann").last_seq), (vec![5], 1));
        world.must_agree();
    }
}
