//! RULES, conformance kit. What went into a match, so that it can be put in again: same seed, same inputs, same match.

use super::failure::{Broken, Check, expect};
use crate::table::Table;
use crate::{Game, Match, Played, Refusal, Seat};

/// Something the room passes on to a match.
#[derive(Clone, Debug)]
pub(super) enum Input {
    /// An action and its text.
    Act(Seat, String),
    /// The seat's turn passes.
    Skip(Seat),
    /// The seat leaves.
    Flee(Seat),
}

impl Input {
    pub(super) fn play<G: Game>(&self, table: &mut Table<G>) -> Result<Played, Refusal> {
        match self {
            Self::Act(seat, action) => table.apply(*seat, action),
            Self::Skip(seat) => Ok(table.skip(*seat)),
            Self::Flee(seat) => Ok(table.flee(*seat)),
        }
    }

    /// Whose input it is.
    pub(super) fn seat(&self) -> Seat {
        match self {
            Self::Act(seat, _) | Self::Skip(seat) | Self::Flee(seat) => *seat,
        }
    }
}

/// A match from its set-up on, as the journal of a room would have it.
pub(super) struct Record<'a, G: Game> {
    options: &'a G::Options,
    seats: &'a [Seat],
    seed: u64,
    inputs: Vec<Input>,
    /// What each input came to.
    played: Vec<Played>,
}

impl<'a, G: Game> Record<'a, G> {
    pub(super) fn start(options: &'a G::Options, seats: &'a [Seat], seed: u64) -> Self {
        Self { options, seats, seed, inputs: Vec::new(), played: Vec::new() }
    }

    pub(super) fn table(&self) -> Table<G> {
        Table::start(self.options, self.seats, self.seed)
    }

    pub(super) fn add(&mut self, input: Input, played: Played) {
        self.inputs.push(input);
        self.played.push(played);
    }

    pub(super) fn inputs(&self) -> &[Input] {
        &self.inputs
    }
}

/// Plays the record again and expects the same answers and the same match.
pub(super) fn check<G: Game>(record: &Record<'_, G>, ended: &Table<G>) -> Check {
    let mut again = record.table();
    for (input, first) in record.inputs.iter().zip(&record.played) {
        let second = input.play(&mut again);
        expect(second.as_ref() == Ok(first), Broken::Replay, || {
            format!("{input:?} came to {first:?} at first and to {second:?} the second time")
        })?;
    }
    expect(again == *ended, Broken::Replay, || format!("first {ended:?}, then {again:?}"))
}
