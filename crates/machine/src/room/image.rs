//! A room as data: what the journal keeps of it, so that it can go on after its process has died.
//!
//! An image and the inputs that came after it give the equal room: nothing else goes into one.

use serde::{Deserialize, Serialize};
use umbra_game::{RestoreError, Rules};
use umbra_protocol::GameValue;

use super::play::{Play, PlayImage};
use super::roster::Roster;
use super::{Room, RoomLimits, RoomPlan};

/// Everything a room is, between two inputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoomImage {
    plan: RoomPlan,
    roster: Roster,
    play: Option<PlayImage>,
    matches_started: u64,
    last_outcome: Option<GameValue>,
    outcome_travels_until_ms: u64,
    creator_due_ms: Option<u64>,
    closed: bool,
}

impl Room {
    /// The room as it is now. Two rooms with equal images behave alike from here on.
    pub fn image(&self) -> RoomImage {
        debug_assert!(self.effects.is_empty(), "an image is taken between two inputs");
        RoomImage {
            plan: self.plan.clone(),
            roster: self.roster.clone(),
            play: self.play.as_ref().map(Play::image),
            matches_started: self.matches_started,
            last_outcome: self.last_outcome.clone(),
            outcome_travels_until_ms: self.outcome_travels_until_ms,
            creator_due_ms: self.creator_due_ms,
            closed: self.closed,
        }
    }

    /// The room of an image. `rules` are those of its plan's game.
    ///
    /// # Errors
    /// The match's snapshot is not of this version of the game.
    pub fn restore(image: RoomImage, rules: &'static dyn Rules, limits: RoomLimits) -> Result<Self, RestoreError> {
        let play = image.play.map(|play| Play::restore(play, rules, &image.plan.options)).transpose()?;
        Ok(Self {
            plan: image.plan,
            limits,
            rules,
            roster: image.roster,
            play,
            matches_started: image.matches_started,
            last_outcome: image.last_outcome,
            outcome_travels_until_ms: image.outcome_travels_until_ms,
            creator_due_ms: image.creator_due_ms,
            closed: image.closed,
            effects: Vec::new(),
        })
    }
}
