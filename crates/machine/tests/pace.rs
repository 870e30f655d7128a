//! The pace of a room: a quiet one answers at once, and nobody waits by the clock longer than the pace, whatever that clock
//! does.

use proptest::prelude::*;
use umbra_machine::pace::{BURST, Go, Pace};

const EVERY_MS: u64 = 5;

/// How long the next has to wait for its token, milliseconds; without one, if that is none.
fn wait_ms(pace: &mut Pace, now_ms: u64) -> u64 {
    match pace.goes(now_ms) {
        Go::Now | Go::AfterOthers => 0,
        Go::InMs(wait_ms) => wait_ms,
    }
}

fn goes(pace: &mut Pace, now_ms: u64) -> bool {
    wait_ms(pace, now_ms) == 0
}

/// Of `count` in one instant, how many have a token.
fn at_once(pace: &mut Pace, now_ms: u64, count: u64) -> u64 {
    (0..count).filter(|_| goes(pace, now_ms)).count() as u64
}

#[test]
fn an_action_waits_for_others_only_where_they_came_together_before() {
    let mut pace = Pace::new(EVERY_MS, 0);
    assert_eq!(pace.goes(0), Go::Now, "it is the first");
    pace.went(0, 1);
    assert_eq!(pace.goes(100), Go::Now, "the one before it came alone");
    pace.went(100, 1);
    assert_eq!(pace.goes(101), Go::AfterOthers, "it comes right behind that one");
    pace.went(101, 2);
    assert_eq!(pace.goes(200), Go::AfterOthers, "there were two");
    pace.went(200, 1);
    assert_eq!(pace.goes(300), Go::Now, "now it came alone");
}

#[test]
fn the_burst_goes_at_once_and_one_more_waits_for_a_whole_token() {
    let mut pace = Pace::new(EVERY_MS, 1_000);
    assert_eq!(at_once(&mut pace, 1_000, BURST + 3), BURST);
    assert_eq!(wait_ms(&mut pace, 1_000), EVERY_MS);
    assert_eq!(wait_ms(&mut pace, 1_004), 1);
    assert!(goes(&mut pace, 1_005));
    assert!(!goes(&mut pace, 1_005));
}

#[test]
fn what_leaves_together_costs_one_token() {
    let mut pace = Pace::new(EVERY_MS, 0);
    at_once(&mut pace, 0, BURST);
    for due_ms in (1..100).map(|n| n * EVERY_MS) {
        assert!(!goes(&mut pace, due_ms - 1));
        pace.spend(due_ms);
        assert_eq!(wait_ms(&mut pace, due_ms), EVERY_MS, "nothing is left over at {due_ms}");
    }
}

#[test]
fn what_leaves_before_its_time_is_not_paid_for_twice() {
    let mut pace = Pace::new(EVERY_MS, 0);
    at_once(&mut pace, 0, BURST);
    pace.spend(2);
    assert_eq!(wait_ms(&mut pace, 2), EVERY_MS);
    assert!(goes(&mut pace, 2 + EVERY_MS));
}

#[test]
fn a_long_silence_saves_up_the_burst_and_no_more() {
    let mut pace = Pace::new(EVERY_MS, 0);
    at_once(&mut pace, 0, BURST);
    assert_eq!(at_once(&mut pace, u64::MAX, 100), BURST);
}

#[test]
fn without_a_pace_nobody_waits_by_the_clock_but_for_others_where_actions_come_together() {
    let mut pace = Pace::new(0, 7);
    assert_eq!(at_once(&mut pace, 7, 1_000), 1_000);
    pace.spend(7);
    assert_eq!(pace.goes(7), Go::Now, "none was dealt with just before");
    pace.went(7, 1);
    assert_eq!(pace.goes(8), Go::AfterOthers);
}

#[test]
fn a_clock_that_goes_backwards_makes_nobody_wait_longer() {
    let mut pace = Pace::new(EVERY_MS, 1_000_000);
    at_once(&mut pace, 1_000_000, BURST);
    assert_eq!(wait_ms(&mut pace, 10), EVERY_MS);
    assert!(goes(&mut pace, 10 + EVERY_MS));
}

proptest! {
    #[test]
    fn nobody_waits_longer_than_the_pace_and_a_clock_that_goes_on_lets_no_more_through(
        every_ms in 1_u64..50,
        steps in prop::collection::vec((0_u64..100, any::<bool>()), 1..200),
    ) {
        let mut pace = Pace::new(every_ms, 0);
        let (mut now_ms, mut gone) = (0, 0);
        for (passed_ms, backwards) in steps {
            let mut elsewhere = pace.clone();
            let elsewhere_ms = if backwards { now_ms / 2 } else { now_ms * 2 };
            prop_assert!(wait_ms(&mut elsewhere, elsewhere_ms) <= every_ms);
            now_ms += passed_ms;
            match wait_ms(&mut pace, now_ms) {
                0 => gone += 1,
                wait_ms => {
                    prop_assert!(wait_ms <= every_ms);
                    prop_assert!(!goes(&mut pace.clone(), now_ms + wait_ms - 1), "not before");
                    prop_assert!(goes(&mut pace.clone(), now_ms + wait_ms), "and not after");
                }
            }
            prop_assert!(gone <= BURST + now_ms / every_ms, "{} in {} ms", gone, now_ms);
        }
    }
}
