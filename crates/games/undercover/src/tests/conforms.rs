//! RULES of `undercover`, tested by the conformance kit: what is secret here, and from whom.

use umbra_game::chance::{Chance, IndexedRandom, RngExt};
use umbra_game::conformance::{Length, Probe, assert_conforms};
use umbra_game::{Seat, Viewer};

use crate::play::Phase;
use crate::{Action, PAIRS, ROUNDS_MAX, State, Undercover, Words};

/// Plays at random, speaks in numbers so that no word is ever said aloud.
struct Anybody;

impl Probe for Anybody {
    type Game = Undercover;
    /// In each round everybody speaks and votes once, and ten at most can flee.
    const LENGTH: Length = Length::EndsWithin(ROUNDS_MAX * 20 + 10);

    fn legal(state: &State, seat: Seat, chance: &mut Chance) -> Option<Action> {
        Some(match state.phase {
            Phase::Speak(_) => Action::Speak { text: chance.random_range(1..1_000_000_000).to_string() },
            Phase::Vote => Action::Vote { seat: somebody_else(state, seat, chance) },
            Phase::Over(_) => return None,
        })
    }

    fn illegal(state: &State, seat: Seat, chance: &mut Chance) -> Option<Action> {
        let speaking = matches!(state.phase, Phase::Speak(_));
        Some(match chance.random_range(0..4) {
            0 if speaking => Action::Speak { text: "x".repeat(201) },
            1 if speaking => Action::Speak { text: "\t \u{3000}".to_owned() },
            2 if speaking => Action::Speak { text: "one\ntwo".to_owned() },
            _ if speaking => Action::Vote { seat: None },
            _ if state.ballot.has(seat) => Action::Vote { seat: None },
            0 => Action::Speak { text: "too late".to_owned() },
            1 => Action::Vote { seat: Some(seat) },
            _ => Action::Vote { seat: Some(Seat(200)) },
        })
    }

    /// A viewer knows its own word, but not whether it is the odd one: so the two words may change sides, and with them everybody's
    /// role, the viewer's own included. For whom others voted, nobody knows.
    fn scramble(state: &State, viewer: Viewer, chance: &mut Chance) -> State {
        let mut other = state.clone();
        let own = match viewer {
            Viewer::Seat(seat) if state.seats.contains(&seat) => Some((seat, state.word_of(seat).to_owned())),
            Viewer::Seat(_) | Viewer::Spectator => None,
        };
        other.undercovers = state.seats.iter().copied().filter(|_| chance.random_bool(0.5)).collect();
        other.words = any_words(chance);
        if let Some((seat, word)) = own {
            let words = &mut other.words;
            if other.undercovers.contains(&seat) { words.undercover = word } else { words.civilian = word }
        }
        for (voter, against) in &mut other.ballot.0 {
            *against = somebody_else(state, *voter, chance);
        }
        other
    }

    fn secrets(state: &State, viewer: Viewer) -> Vec<String> {
        let own = match viewer {
            Viewer::Seat(seat) if state.seats.contains(&seat) => Some(state.word_of(seat)),
            Viewer::Seat(_) | Viewer::Spectator => None,
        };
        let words = [&state.words.civilian, &state.words.undercover];
        words.into_iter().filter(|word| Some(word.as_str()) != own).cloned().collect()
    }
}

fn any_words(chance: &mut Chance) -> Words {
    let word = |chance: &mut Chance| PAIRS.choose(chance).expect("there are pairs")[0].to_owned();
    Words { civilian: word(chance), undercover: word(chance) }
}

fn somebody_else(state: &State, seat: Seat, chance: &mut Chance) -> Option<Seat> {
    let others: Vec<Seat> = state.alive.iter().copied().filter(|other| *other != seat).collect();
    // Abstaining half of the time keeps many tables together up to the last round.
    if chance.random_bool(0.5) { None } else { others.choose(chance).copied() }
}

#[test]
fn any_match_of_undercover_keeps_every_rule_of_the_kit() {
    assert_conforms::<Anybody>();
}
