//! RULES, conformance kit. What must hold of a match as it stands, whatever led to it.

use serde_json::Value;

use super::failure::{Broken, Check, expect};
use super::{Probe, refusals, secrets, turns};
use crate::chance::{Chance, RngExt, SliceRandom};
use crate::table::Table;
use crate::{Game, Match};

/// While the match goes on.
pub(super) fn standing<P: Probe>(table: &Table<P::Game>, chance: &mut Chance) -> Check {
    turns::standing(table)?;
    comes_back(table)?;
    has_result(&table.abandoned())?;
    secrets::in_views::<P>(table, chance)?;
    // The dearest check by far, and no state is special to it.
    if chance.random_bool(0.1) { everybody_may_leave(table, chance) } else { Ok(()) }
}

/// Once it is over: as good as before, but for the turns, and it stays as it is.
pub(super) fn after_outcome<P: Probe>(table: &Table<P::Game>, chance: &mut Chance) -> Check {
    comes_back(table)?;
    has_result(&table.outcome().unwrap_or_default())?;
    refusals::check::<P>(table, chance)
}

/// A snapshot is all there is to a match.
fn comes_back<G: Game>(table: &Table<G>) -> Check {
    let snapshot = table.snapshot();
    let restored = Table::<G>::restore(&snapshot).map_err(|error| {
        let text = String::from_utf8_lossy(&snapshot);
        (Broken::Snapshot, format!("{text} does not come back: {error}"))
    })?;
    let same = restored == *table && restored.turn() == table.turn() && restored.outcome() == table.outcome();
    expect(same, Broken::Snapshot, || format!("{table:?} came back as {restored:?}"))
}

fn has_result(outcome: &str) -> Check {
    let result = serde_json::from_str::<Value>(outcome).ok().and_then(|outcome| outcome.get("result").cloned());
    expect(result.is_some(), Broken::Outcome, || format!("{outcome} is no object with a `result`"))
}

/// Whoever is left still has a match, down to nobody at all.
fn everybody_may_leave<G: Game>(table: &Table<G>, chance: &mut Chance) -> Check {
    let mut emptying = table.clone();
    let mut leavers = table.present.clone();
    leavers.shuffle(chance);
    for seat in leavers {
        emptying.flee(seat);
        turns::standing(&emptying)?;
    }
    comes_back(&emptying)?;
    match emptying.outcome() {
        Some(outcome) => has_result(&outcome),
        None => has_result(&emptying.abandoned()),
    }
}
