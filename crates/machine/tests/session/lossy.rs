//! Over a line that is cut at any moment: every event comes once, in order, and every action is carried out once.

use proptest::prelude::*;

use crate::world::{Turn, World};

fn turn() -> impl Strategy<Value = Turn> {
    prop_oneof![
        4 => Just(Turn::Act),
        1 => Just(Turn::Insist),
        8 => Just(Turn::Up),
        10 => Just(Turn::Down),
        4 => Just(Turn::Drain),
        1 => Just(Turn::Pass),
        8 => Just(Turn::Room),
        10 => Just(Turn::Hear),
        2 => Just(Turn::Happen),
        2 => Just(Turn::Ack),
        1 => Just(Turn::Cut),
        3 => Just(Turn::Connect),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_action_is_carried_out_once_and_every_event_heard_once(
        history in prop_oneof![Just(5usize), Just(1_000)], window in prop_oneof![Just(1u16), Just(3), Just(16)],
        turns in proptest::collection::vec(turn(), 1..400)
    ) {
        let mut world = World::new(history, window);
        turns.into_iter().for_each(|turn| world.turn(turn));
        world.settle();
        let client = &world.client;
        prop_assert!(client.open.is_empty(), "never answered: {:?}", client.open);
        for (reference, code) in client.answered.iter().filter(|(reference, _)| **reference > 1) {
            let times = world.carried_out.get(&format!("action {reference}")).copied().unwrap_or(0);
            prop_assert_eq!(times, u32::from(code.is_none()), "action {}", reference);
        }
        prop_assert!(!client.missed || history == 5, "with room for everything nothing is missed");
        if client.missed {
            let in_order = client.heard.iter().all({
                let mut told = world.told.iter();
                move |heard| told.any(|told| told == heard)
            });
            prop_assert!(in_order, "with a gap, and yet in order and none twice");
        } else {
            prop_assert_eq!(&client.heard, &world.told);
        }
    }
}
