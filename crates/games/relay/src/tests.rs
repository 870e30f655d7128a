//! RULES of `relay`, tested: the kit plays it at random, the rest by hand.

use serde_json::value::RawValue;
use umbra_game::chance::{Chance, IndexedRandom};
use umbra_game::conformance::{Length, Probe, assert_conforms};
use umbra_game::{Audience, Match, Refusal, Seat, Viewer, rules};

use crate::{NESTING_MAX, Options, Relay, State};

const VALUES: [&str; 6] =
    ["null", "-0.10", r#""\u00e9""#, "[ 1, 2 ]", r#"{"b":1,"a":{}, "b":2}"#, "12345678901234567890123"];

/// Sends anything.
struct Anybody;

impl Probe for Anybody {
    type Game = Relay;
    const LENGTH: Length = Length::Endless { snapshot_bytes_max: 600 };

    fn options(chance: &mut Chance) -> Options {
        Options { auto_start: *[false, true].choose(chance).unwrap_or(&false) }
    }

    fn legal(_state: &State, _seat: Seat, chance: &mut Chance) -> Option<Box<RawValue>> {
        VALUES.choose(chance).map(|value| raw(value))
    }

    fn illegal(_state: &State, _seat: Seat, chance: &mut Chance) -> Option<Box<RawValue>> {
        ["1e999", r#""\ud800""#, &nested(NESTING_MAX + 1)].choose(chance).map(|value| raw(value))
    }
}

fn raw(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).expect("the tests write JSON")
}

fn nested(levels: usize) -> String {
    "[".repeat(levels) + &"]".repeat(levels)
}

fn start(seats: u8) -> Box<dyn Match> {
    rules::<Relay>().start("{}", &(0..seats).map(Seat).collect::<Vec<_>>(), 1)
}

#[test]
fn any_match_of_relay_keeps_every_rule_of_the_kit() {
    assert_conforms::<Anybody>();
}

#[test]
fn a_value_goes_to_all_in_the_very_characters_in_which_it_came() {
    let mut game = start(2);
    for (value, n) in VALUES.iter().zip(1..) {
        let played = game.apply(Seat(1), value).expect("any value");
        let event = format!(r#"{{"type":"RELAYED","seat":1,"n":{n},"value":{value}}}"#);
        assert_eq!(played.events, [(Audience::All, event)]);
        assert_eq!(played.answer, None);
    }
}

#[test]
fn n_counts_the_values_of_all_seats_together() {
    let mut game = start(3);
    assert_eq!(game.view(Viewer::Spectator), r#"{"n":0}"#);
    for (seat, n) in [2, 0, 0, 1].into_iter().zip(1..) {
        game.apply(Seat(seat), "0").expect("any value");
        assert_eq!(game.view(Viewer::Spectator), format!(r#"{{"n":{n}}}"#));
    }
}

#[test]
fn nobody_has_to_wait_for_a_turn() {
    assert_eq!(start(64).turn(), None);
}

#[test]
fn only_those_in_the_match_send() {
    let mut game = start(2);
    game.flee(Seat(0));
    for seat in [Seat(0), Seat(2)] {
        assert!(matches!(game.apply(seat, "1"), Err(Refusal::NotYourTurn(_))));
    }
    assert!(game.apply(Seat(1), "1").is_ok());
}

#[test]
fn a_match_is_over_when_everybody_has_left_and_not_before() {
    let mut game = start(2);
    game.flee(Seat(0));
    game.flee(Seat(0));
    assert_eq!(game.outcome(), None);
    game.flee(Seat(1));
    assert_eq!(game.outcome().as_deref(), Some(r#"{"result":"ABANDONED"}"#));
    assert_eq!(start(1).abandoned(), r#"{"result":"ABANDONED"}"#);
}

#[test]
fn a_value_may_nest_as_deep_as_the_limit_and_no_deeper() {
    let mut game = start(1);
    assert!(game.apply(Seat(0), &nested(NESTING_MAX)).is_ok());
    for levels in [NESTING_MAX + 1, 127, 128, 8000] {
        assert!(matches!(game.apply(Seat(0), &nested(levels)), Err(Refusal::Illegal(_))), "{levels} levels");
    }
    assert_eq!(game.view(Viewer::Seat(Seat(0))), r#"{"n":1}"#);
}

#[test]
fn what_some_clients_could_not_read_is_refused() {
    for value in ["1e999", r#"{"x":["\ud800"]}"#] {
        assert!(matches!(start(1).apply(Seat(0), value), Err(Refusal::Illegal(_))), "{value}");
    }
}

#[test]
fn auto_start_is_off_until_the_room_turns_it_on() {
    let relay = rules::<Relay>();
    let defaults = relay.options(None).expect("defaults");
    assert_eq!(defaults, r#"{"autoStart":false}"#);
    assert!(!relay.auto_start(&defaults));
    assert!(relay.auto_start(&relay.options(Some(r#"{"autoStart":true}"#)).expect("a known option")));
    assert_eq!(
        relay.options(Some(r#"{"autoStart":1}"#)).map_err(|refused| refused.option),
        Err("autoStart".to_owned())
    );
}
