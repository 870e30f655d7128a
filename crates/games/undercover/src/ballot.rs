//! RULES of `undercover`: the votes of one round, and who leaves the table by them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use umbra_game::Seat;

/// The votes of one round: whose is in, and against whom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Ballot(pub(crate) BTreeMap<Seat, Option<Seat>>);

/// How many votes went against one seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Against whom.
    pub seat: Seat,
    /// How many, from 1.
    pub votes: u32,
}

impl Ballot {
    pub(crate) fn cast(&mut self, seat: Seat, against: Option<Seat>) {
        self.0.insert(seat, against);
    }

    pub(crate) fn has(&self, seat: Seat) -> bool {
        self.0.contains_key(&seat)
    }

    /// Whose vote is in, ascending.
    pub(crate) fn voters(&self) -> Vec<Seat> {
        self.0.keys().copied().collect()
    }

    /// Forgets a seat that has left: its own vote is gone, and votes against it have become abstentions.
    pub(crate) fn void(&mut self, gone: Seat) {
        self.0.remove(&gone);
        for against in self.0.values_mut() {
            if *against == Some(gone) {
                *against = None;
            }
        }
    }

    /// The votes by seat, ascending.
    pub(crate) fn counts(&self) -> Vec<Count> {
        let mut counts = BTreeMap::new();
        for against in self.0.values().flatten() {
            *counts.entry(*against).or_insert(0) += 1;
        }
        counts.into_iter().map(|(seat, votes)| Count { seat, votes }).collect()
    }
}

/// The one with the most votes; nobody in a tie.
pub(crate) fn loser(counts: &[Count]) -> Option<Seat> {
    let most = counts.iter().map(|count| count.votes).max()?;
    let mut first = counts.iter().filter(|count| count.votes == most);
    match (first.next(), first.next()) {
        (Some(count), None) => Some(count.seat),
        _ => None,
    }
}
