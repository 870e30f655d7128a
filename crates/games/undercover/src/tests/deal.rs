//! RULES of `undercover`, tested: what is dealt, who sees what of it, and what a room may choose.

use std::collections::BTreeSet;

use serde_json::json;
use umbra_game::{Absence, Late, Seat, Viewer};

use super::table::{deal, undercover, with_undercovers};
use crate::{PAIRS, TURN_MS_MAX, TURN_MS_MIN};

#[test]
fn there_is_one_undercover_up_to_six_seats_and_two_from_seven_on() {
    for (seats, undercovers) in [(4, 1), (6, 1), (7, 2), (10, 2)] {
        for seed in 0..20 {
            let table = deal(&(0..seats).collect::<Vec<_>>(), seed);
            assert_eq!(table.undercovers.len(), undercovers, "{seats} seats");
            assert!(table.undercovers.is_sorted());
        }
    }
}

#[test]
fn any_seat_can_be_the_undercover_and_only_taken_ones() {
    let odd: BTreeSet<u8> = (0..200).flat_map(|seed| deal(&[1, 2, 5, 9], seed).undercovers).collect();
    assert_eq!(odd, BTreeSet::from([1, 2, 5, 9]));
}

#[test]
fn either_word_of_a_pair_can_be_the_odd_one() {
    let dealt: BTreeSet<[String; 2]> = (0..2000)
        .map(|seed| deal(&[0, 1, 2, 3], seed))
        .map(|table| [table.civilian_word, table.undercover_word])
        .collect();
    let both = PAIRS.iter().filter(|[a, b]| {
        let (a, b) = ((*a).to_owned(), (*b).to_owned());
        dealt.contains(&[a.clone(), b.clone()]) && dealt.contains(&[b, a])
    });
    assert_eq!(both.count(), PAIRS.len());
}

#[test]
fn the_same_seed_deals_the_same_match() {
    let [one, other] = [deal(&[0, 1, 2, 3, 4], 77), deal(&[0, 1, 2, 3, 4], 77)];
    assert_eq!(one.game.snapshot(), other.game.snapshot());
}

/// A journal holds seeds and actions: the same seed has to deal the same match on every platform and in every version of a release.
#[test]
fn what_a_seed_deals_is_written_in_stone() {
    let table = deal(&[0, 1, 2, 3, 4, 5, 6], 42);
    let dealt = (table.undercovers, table.civilian_word.as_str(), table.undercover_word.as_str());
    assert_eq!(dealt, (vec![1, 6], "洋葱 Onion", "大蒜 Garlic"));
}

#[test]
fn each_seat_sees_its_own_word_and_a_spectator_none() {
    let table = with_undercovers(5, &[3]);
    for seat in 0..5 {
        let word = if seat == 3 { &table.undercover_word } else { &table.civilian_word };
        assert_eq!(table.seen_by(seat)["word"], json!(word));
    }
    assert_eq!(table.view(Viewer::Spectator)["word"], json!(null));
    assert_eq!(table.view(Viewer::Seat(Seat(9)))["word"], json!(null));
}

#[test]
fn a_view_has_exactly_the_fields_of_the_contract() {
    let table = deal(&[0, 2, 3, 5], 1);
    let seen = r#"{"round":1,"phase":"SPEAK","word":null,"alive":[0,2,3,5],"spoken":[],"voted":[]}"#;
    assert_eq!(table.game.view(Viewer::Spectator), seen);
}

#[test]
fn words_are_in_both_languages_all_different_and_none_within_another() {
    let words: Vec<&str> = PAIRS.iter().flatten().copied().collect();
    for (at, word) in words.iter().enumerate() {
        let (chinese, english) = word.split_once(' ').expect("two languages");
        assert!(!chinese.is_ascii() && english.is_ascii(), "{word}");
        let within = words.iter().enumerate().find(|(other, text)| *other != at && text.contains(word));
        assert_eq!(within, None, "{word}");
    }
}

#[test]
fn options_have_the_contracts_defaults_and_each_its_limits() {
    assert_eq!(undercover().options(None).as_deref(), Ok(r#"{"speakMs":60000,"voteMs":30000}"#));
    for option in ["speakMs", "voteMs"] {
        let read = |ms: u64| undercover().options(Some(&json!({ option: ms }).to_string()));
        assert!(read(TURN_MS_MIN).is_ok() && read(TURN_MS_MAX).is_ok());
        for bad in [TURN_MS_MIN - 1, TURN_MS_MAX + 1] {
            assert_eq!(read(bad).map_err(|refused| refused.option), Err(option.to_owned()));
        }
    }
}

#[test]
fn turns_last_as_long_as_the_room_chose_and_nobody_is_waited_for() {
    let options = undercover().options(Some(r#"{"speakMs":1000}"#)).expect("within the limits");
    let game = undercover().start(&options, &[0, 1, 2, 3].map(Seat), 1);
    assert_eq!(game.turn().and_then(|turn| turn.limit_ms), Some(1000));
    assert_eq!((game.absence(), game.late()), (Absence::Skip, Late::Skip));
}
