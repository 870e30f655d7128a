//! RULES. What an action comes to: events for the table, an answer for the one who acted, or a refusal.

use serde::Serialize;

use crate::Seat;

/// Who is told of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Every player and every spectator.
    All,
    /// The user on this seat and nobody else.
    Seat(Seat),
}

/// Collects the events of one action, in the order in which they happen.
#[derive(Debug)]
pub struct Out<E> {
    events: Vec<(Audience, E)>,
}

impl<E> Out<E> {
    pub(crate) fn new() -> Self {
        Self { events: Vec::new() }
    }

    /// Tells everybody.
    pub fn all(&mut self, event: E) {
        self.events.push((Audience::All, event));
    }

    /// Tells one seat; nobody else ever learns of it.
    pub fn only(&mut self, seat: Seat, event: E) {
        self.events.push((Audience::Seat(seat), event));
    }

    pub(crate) fn into_events(self) -> Vec<(Audience, E)> {
        self.events
    }
}

/// What the one who acted gets back, beside the events: the body of the `OK`.
#[derive(Debug, Default)]
pub struct Answer(Option<String>);

impl Answer {
    /// Nothing to say: the body of the `OK` is `{}`.
    pub const NONE: Self = Self(None);

    /// A body of the game's own.
    ///
    /// # Panics
    /// When `body` is no JSON (a map with keys that are not strings): the conformance kit finds such a game.
    pub fn of(body: &impl Serialize) -> Self {
        Self(Some(json(body)))
    }

    pub(crate) fn into_text(self) -> Option<String> {
        self.0
    }
}

/// What the room passes on after an action, a skip or a flight. All texts are compact JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Played {
    /// In the order in which they happened.
    pub events: Vec<(Audience, String)>,
    /// The body of the reply to the one who acted; `None` means `{}`.
    pub answer: Option<String>,
}

/// Why an action was not carried out. The message is one sentence for the one who acted: what was wrong and what was expected, and
/// nothing that this seat may not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Somebody else has the turn, or this seat is out of the match: wait.
    #[error("{0}")]
    NotYourTurn(String),
    /// The action is not one of the game's, or not possible now: choose another.
    #[error("{0}")]
    Illegal(String),
}

impl Refusal {
    /// An [`Illegal`](Refusal::Illegal) action and the sentence about it.
    pub fn illegal(message: impl Into<String>) -> Self {
        Self::Illegal(message.into())
    }
}

/// The one way by which anything of a game's own becomes text.
pub(crate) fn json(value: &impl Serialize) -> String {
    // Invariant: the kit has serialised this type in every state it could reach; only a map with keys that are not strings fails here.
    serde_json::to_string(value).expect("views, events, answers, options and outcomes of a game are JSON")
}
