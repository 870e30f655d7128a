//! RULES, conformance kit. What the kit has to be told about a game before it can play it.

use serde::Serialize;

use crate::chance::Chance;
use crate::{Game, Seat, Viewer};

/// How long a match goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// It is over within this many inputs (actions carried out, turns passed, flights), whatever they are.
    EndsWithin(u32),
    /// It goes on as long as somebody stays; its snapshot never grows past this many bytes.
    Endless {
        /// How large the snapshot may become.
        snapshot_bytes_max: usize,
    },
}

/// Somebody who can play one game at random, and knows its secrets.
pub trait Probe {
    /// The game.
    type Game: Game<Action: Serialize>;

    /// How long a match goes on.
    const LENGTH: Length;

    /// Options worth a playout.
    fn options(_chance: &mut Chance) -> <Self::Game as Game>::Options {
        Default::default()
    }

    /// Some action that this seat, which has the turn or needs none, may take now; `None` when there is none.
    fn legal(state: &State<Self>, seat: Seat, chance: &mut Chance) -> Option<Action<Self>>;

    /// Some well-formed action that this seat, which has the turn or needs none, may not take now; `None` when all are legal.
    fn illegal(state: &State<Self>, seat: Seat, chance: &mut Chance) -> Option<Action<Self>>;

    /// A state that differs from this one in everything that the viewer may not know, and in nothing else. The viewer must see the
    /// same in both. The default is for games that hide nothing.
    fn scramble(state: &State<Self>, _viewer: Viewer, _chance: &mut Chance) -> State<Self> {
        state.clone()
    }

    /// Texts that must not occur in anything this viewer is sent before the outcome. The default is for games that hide nothing.
    fn secrets(_state: &State<Self>, _viewer: Viewer) -> Vec<String> {
        Vec::new()
    }
}

/// The state of a probe's game.
pub type State<P> = <<P as Probe>::Game as Game>::State;
/// The action of a probe's game.
pub type Action<P> = <<P as Probe>::Game as Game>::Action;
