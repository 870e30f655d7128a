//! RULES of `undercover`: what goes in and what comes out, exactly as it stands on the wire.

use serde::{Deserialize, Serialize};
use umbra_game::Seat;

use crate::{Count, Words};

/// What a seat may do.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Action {
    /// Give a hint at the own word.
    Speak {
        /// 1 to [`TEXT_CHARS_MAX`](crate::TEXT_CHARS_MAX) characters after trimming, none of them a control character.
        text: String,
    },
    /// Say who should leave the table.
    Vote {
        /// `null` abstains. It has to be said: a vote without `seat` is a mistake and no abstention.
        #[serde(deserialize_with = "Option::deserialize")]
        seat: Option<Seat>,
    },
}

/// What the table is told.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Event {
    /// Somebody gave a hint.
    Spoke {
        /// Who.
        seat: Seat,
        /// The hint, trimmed.
        text: String,
    },
    /// Somebody's vote is in; for whom, nobody is told.
    Voted {
        /// Who voted.
        seat: Seat,
    },
    /// All votes are in.
    VoteResult {
        /// Those who got votes, by seat.
        counts: Vec<Count>,
        /// Who leaves the table; nobody in a tie or without votes.
        out: Option<Seat>,
        /// Whether the one who leaves was an undercover.
        undercover: Option<bool>,
    },
}

/// What one viewer sees.
#[derive(Debug, Serialize)]
pub struct View {
    /// From 1 to [`ROUNDS_MAX`](crate::ROUNDS_MAX).
    pub round: u32,
    /// What the table does now.
    pub phase: PhaseName,
    /// The viewer's own word, whether still at the table or not; nothing for those who were dealt none.
    pub word: Option<String>,
    /// Who is at the table, ascending.
    pub alive: Vec<Seat>,
    /// Who has spoken in this round, ascending.
    pub spoken: Vec<Seat>,
    /// Whose vote of this round is in, ascending; abstentions count.
    pub voted: Vec<Seat>,
}

/// What the table does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PhaseName {
    /// One seat after the other gives a hint.
    Speak,
    /// All vote at once.
    Vote,
    /// The match has ended.
    Over,
}

/// How a match ended, with all its secrets.
#[derive(Debug, Serialize)]
pub struct Outcome {
    /// Who won, if anybody.
    pub result: MatchResult,
    /// Everybody who was dealt the odd word, ascending.
    pub undercovers: Vec<Seat>,
    /// Both words.
    pub words: Words,
}

/// Who won, if anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MatchResult {
    /// No undercover is left.
    Civilians,
    /// As many undercovers as civilians are left.
    Undercovers,
    /// The last round has passed without either.
    Draw,
    /// Nobody came back.
    Abandoned,
}
