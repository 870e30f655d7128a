//! The same `ref` again while the first is under way.

use umbra_protocol::ClientMessage;

use crate::world::{ROOM, Way, World, action, chat};

/// Where the first is when the second comes.
const UNDER_WAY: [&[Way]; 3] = [&[Way::In], &[Way::In, Way::ToRoom], &[Way::In, Way::ToRoom, Way::FromRoom]];

#[test]
fn duplicate_ref_while_the_first_is_still_being_worked_on() {
    for so_far in UNDER_WAY {
        let mut world = World::in_game("relay", &["ann", "bob"], ROOM);
        let reference = world.says("ann", action("1"));
        so_far.iter().for_each(|way| world.pass(*way, "ann"));
        world.says_again("ann", reference);
        if world.waits(Way::Out, "ann") == 0 {
            world.pass(Way::In, "ann");
            world.settle();
            assert_eq!(world.ids("ann"), ["GAME_EVENT", "OK"], "carried out once, answered once");
        } else {
            // The answer is on its way to the client already: the question is answered again, and not carried out again.
            world.settle();
            assert_eq!(world.ids("ann"), ["GAME_EVENT", "OK", "OK"]);
        }
        assert_eq!(world.ids("bob"), ["GAME_EVENT"]);
        world.must_agree();
    }
}

#[test]
fn duplicate_ref_while_the_first_is_still_being_worked_on_and_waits_for_its_turn() {
    let mut world = World::in_game("relay", &["ann", "bob"], ROOM);
    let first = world.says("ann", chat("one"));
    let second = world.says("ann", ClientMessage::RoomLeave);
    let third = world.says("ann", chat("two"));
    [second, first, third, second].into_iter().for_each(|reference| world.says_again("ann", reference));
    while world.waits(Way::In, "ann") > 0 {
        world.pass(Way::In, "ann");
    }
    assert_eq!(world.waits(Way::ToRoom, "ann"), 1, "one at a time, whatever is said twice");
    world.settle();
    assert_eq!(world.ids("ann"), ["CHAT", "OK", "USER_LEFT", "OK", "NotInRoom"]);
    assert_eq!(world.ids("bob"), ["CHAT", "USER_LEFT", "HOST_CHANGED"]);
    world.must_agree();
}

#[test]
fn duplicate_ref_while_the_first_is_still_being_worked_on_for_a_connection_that_is_lost() {
    for so_far in UNDER_WAY {
        for known_dead in [true, false] {
            let mut world = World::in_game("relay", &["ann", "bob"], ROOM);
            let reference = world.says("ann", action("1"));
            so_far.iter().for_each(|way| world.pass(*way, "ann"));
            world.cut("ann");
            if known_dead {
                world.pass(Way::Notice, "ann");
            }
            world.connect("ann");
            // A hasty client does not wait for its greeting.
            world.says_again("ann", reference);
            world.pass(Way::In, "ann");
            world.settle();
            let hello = world.hello("ann");
            assert!(hello.resumed && hello.last_ref == reference, "{hello:?}");
            let [events, answers] =
                [&["GAME_EVENT", "USER_OFFLINE", "USER_ONLINE"], &["OK"; 3]].map(|ids| world.client("ann").count(ids));
            assert_eq!(events, if known_dead { 3 } else { 1 });
            assert!((1..=2).contains(&answers), "asked before the greeting and perhaps after it: {answers} answers");
            let relayed = world.ids("bob").iter().filter(|id| *id == "GAME_EVENT").count();
            assert_eq!(relayed, 1, "carried out once");
            world.must_agree();
        }
    }
}
