//! RULES, conformance kit. What a game can do wrong, and the report that makes it happen again.

use std::fmt;

/// The rules of the kit, by how they are broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The name is empty or not lower case without spaces, or not 1 <= `MIN_SEATS` <= `DEFAULT_SEATS` <= `MAX_SEATS`.
    Constants,
    /// Default options are no JSON object, are refused, or do not come back as they were; or a wrong one is taken or not named.
    Options,
    /// A function of the game panicked.
    Panics,
    /// An action that the game's own probe calls legal was refused.
    RefusesLegal,
    /// An action that must be refused was carried out: the probe's illegal ones, text that is no JSON, a seat without the turn or
    /// outside the match, anything after the outcome.
    AcceptsIllegal,
    /// A refused action, a skip of a seat that is not waited for, or a second flight changed the match.
    ChangesOnRefusal,
    /// `waiting` is empty or not within `seats`, `seats` is not within the match, one of them is not ascending, or there is a turn
    /// for somebody who has fled.
    Turn,
    /// The serial went back, stayed in a new turn, or changed within one.
    Serial,
    /// Everybody's time has passed and it is still the same turn; or nobody has acted and it is not over within its length.
    Stalls,
    /// The match was not over within [`Length::EndsWithin`](super::Length), or its snapshot outgrew [`Length::Endless`](super::Length).
    Unbounded,
    /// A snapshot did not come back as an equal match.
    Snapshot,
    /// The same seed and the same inputs made another match.
    Replay,
    /// A view depends on what its viewer may not know.
    ViewLeaks,
    /// A secret stands in a view, an event, an answer or a refusal for somebody who may not know it.
    SecretTold,
    /// An outcome, or what the match would end with if it were abandoned, is no JSON object with a `result`.
    Outcome,
}

/// One broken rule, with what is needed to see it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which rule.
    pub broken: Broken,
    /// The game's name.
    pub game: &'static str,
    /// The seed of the playout; `None` when it happened before any.
    pub seed: Option<u64>,
    /// How many inputs the match had taken.
    pub step: u32,
    /// What was seen.
    pub detail: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} breaks the rule {:?}", self.game, self.broken)?;
        if let Some(seed) = self.seed {
            write!(f, " at step {} of the playout UMBRA_SEED={seed}", self.step)?;
        }
        write!(f, ": {}", self.detail)
    }
}

impl std::error::Error for Failure {}

/// A broken rule as a single check sees it; the playout knows where it was.
pub(super) type Check = Result<(), (Broken, String)>;

/// Breaks `rule` unless `holds`. The detail is only made when it is needed: debug prints of states are slow.
pub(super) fn expect(holds: bool, rule: Broken, detail: impl FnOnce() -> String) -> Check {
    if holds { Ok(()) } else { Err((rule, detail())) }
}
