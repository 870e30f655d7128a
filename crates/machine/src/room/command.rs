//! What goes into a room and what comes out of it.

use serde::{Deserialize, Serialize};
use umbra_protocol::{Event, GameValue, JoinAs, OkBody, Uid, UserName, WireError};

/// Pairs a user's question with its answer; unique within one user process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OpId(pub u64);

/// Everything that can change a room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Input {
    /// A user asks for something.
    Command {
        /// Who asks.
        uid: Uid,
        /// Comes back in [`Effect::Reply`].
        op: OpId,
        /// What.
        command: Command,
    },
    /// A member has a live connection again; answered with the snapshot.
    Online {
        /// Who.
        uid: Uid,
        /// Comes back in [`Effect::Reply`].
        op: OpId,
    },
    /// A member's connection is lost.
    Offline {
        /// Who.
        uid: Uid,
    },
    /// A member's process died, and its next one has not been heard of.
    Lost {
        /// Who.
        uid: Uid,
    },
    /// A member speaks through another process from now on; answered with the snapshot.
    Returned {
        /// Who.
        uid: Uid,
        /// Comes back in [`Effect::Reply`].
        op: OpId,
    },
    /// A member's process died too often: it does not come back.
    Crashed {
        /// Who.
        uid: Uid,
    },
    /// Time has passed: something may be due.
    Tick,
}

/// What a user asks of a room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the client message of the same name says it")]
pub enum Command {
    Join {
        user_name: UserName,
        join_as: JoinAs,
    },
    Leave,
    Ready {
        ready: bool,
    },
    Kick {
        uid: Uid,
    },
    Dissolve,
    Start,
    Action {
        #[serde(deserialize_with = "GameValue::deserialize_trusted")]
        action: GameValue,
    },
    Chat {
        text: String,
    },
}

impl Command {
    /// Whether it may be dealt with a little later, together with others, in the order in which they came: what happens
    /// often, and changes nobody's place in the room.
    pub fn may_wait(&self) -> bool {
        match self {
            Self::Action { .. } | Self::Chat { .. } => true,
            Self::Join { .. } | Self::Leave | Self::Ready { .. } | Self::Kick { .. } | Self::Dissolve | Self::Start => {
                false
            }
        }
    }
}

/// What the shell has to do, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// From here on `uid` is a member: remember its handle, monitor it.
    Admitted(Uid),
    /// From here on `uid` is no member: tell it, forget its handle, stop monitoring it.
    Released(Uid),
    /// An event for those who are members at this point of the effects.
    Tell {
        /// For whom.
        to: To,
        /// What happened.
        event: Event,
    },
    /// The one answer to a question.
    Reply {
        /// Who asked.
        to: Uid,
        /// The question.
        op: OpId,
        /// The answer.
        result: Result<OkBody, WireError>,
    },
    /// Find out what becomes of a member whose process died: it comes back, or it has crashed for good.
    Seek(Uid),
    /// The room is over: its process ends.
    Closed,
}

/// For whom an event is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// Every player and spectator.
    Everyone,
    /// One member.
    Only(Uid),
}
