//! FAULTS, plan: what goes wrong in a run, and when. A plan is printed as text that can be read again, so that a failure can
//! be repeated from its message: `kill room after 5; cut 1 during 7`.

use std::collections::BTreeSet;

use umbra_protocol::Seat;

use crate::script::Script;

mod text;

pub use text::PlanError;

/// Everything that goes wrong in one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Each fault, in no order that means anything.
    pub faults: Vec<Fault>,
}

/// One thing that goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A process ends without a word: `kill room after 5`.
    Kill {
        /// Which.
        target: Target,
        /// When.
        when: When,
    },
    /// A connection breaks: `cut 1 during 4`.
    Cut {
        /// Whose.
        seat: Seat,
        /// When.
        when: When,
    },
    /// A connection breaks in the middle of a frame: `cut 1 at 812 down`.
    CutAt {
        /// Whose.
        seat: Seat,
        /// After so many bytes of the match in that direction.
        byte: u64,
        /// In which.
        direction: Direction,
    },
    /// A client stops reading: `freeze 2 from 3 to 6`.
    Freeze {
        /// Whose.
        seat: Seat,
        /// The last step after which it still reads.
        from: usize,
        /// The step after which it reads again.
        to: usize,
    },
    /// A client comes back on a new connection while the old one's end is still on its way, and arrives late: `late close 1
    /// after 4`.
    LateClose {
        /// Whose.
        seat: Seat,
        /// When.
        when: When,
    },
    /// Every connection loses, doubles, delays and reorders frames while the match runs.
    Frames(FrameFaults),
}

/// A process of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// The match's room.
    Room,
    /// The user on that seat.
    User(Seat),
    /// That user's socket.
    Socket(Seat),
    /// The room manager.
    RoomManager,
    /// The user manager.
    UserManager,
    /// The journal.
    Journal,
    /// The listener.
    Listener,
}

impl Target {
    /// Whose connection its end is the end of. A user who dies keeps the connection.
    fn connection(self) -> Option<Seat> {
        match self {
            Self::Socket(seat) => Some(seat),
            Self::Room | Self::User(_) | Self::RoomManager | Self::UserManager | Self::Journal | Self::Listener => None,
        }
    }
}

/// When something goes wrong, in steps of the script, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Once that step is answered; the next one waits until whoever was hit is back.
    After(usize),
    /// While that step is on its way.
    During(usize),
}

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the server.
    Up,
    /// To the client.
    Down,
}

/// What a bad network does to whole frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameFaults {
    /// Draws everything.
    pub seed: u64,
    /// To the server.
    pub up: Odds,
    /// To the client.
    pub down: Odds,
}

/// How likely each is for one frame, per mille.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Odds {
    /// It is lost.
    pub drop: u16,
    /// It comes twice.
    pub duplicate: u16,
    /// It, and what is behind it, comes some milliseconds late.
    pub delay: u16,
    /// It comes after the one that follows it.
    pub reorder: u16,
}

/// Against what a run is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judge {
    /// The undisturbed run: everything must be equal.
    Undisturbed,
    /// Itself: a player who is away loses a turn in this game, so the match is another one; but its accounts must be in
    /// order.
    Accounts,
}

impl Plan {
    /// A plan of one fault.
    pub fn of(fault: Fault) -> Self {
        Self { faults: vec![fault] }
    }

    /// The seats whose players may go offline for a moment because of this plan. Others are told of it, which is no fault.
    pub fn may_flicker(&self, seats: u8) -> BTreeSet<Seat> {
        let all = || (0..seats).map(Seat).collect::<Vec<_>>();
        let hit = |fault: &Fault| match fault {
            Fault::Kill { target, .. } => target.connection().into_iter().collect(),
            Fault::Cut { seat, .. }
            | Fault::CutAt { seat, .. }
            | Fault::Freeze { seat, .. }
            | Fault::LateClose { seat, .. } => vec![*seat],
            Fault::Frames(_) => all(),
        };
        self.faults.iter().flat_map(hit).collect()
    }

    /// Against what a run of this script under this plan is held.
    pub fn judge(&self, script: &Script) -> Judge {
        let absences = |fault: &Fault| match fault {
            Fault::Kill { target, when } => target.connection().map_or_else(Vec::new, |seat| around(*when, seat)),
            Fault::Cut { seat, when } | Fault::LateClose { seat, when } => around(*when, *seat),
            // Nobody knows when.
            Fault::CutAt { seat, .. } => anywhere(script, *seat),
            Fault::Freeze { seat, from, to } => (*from..=*to).map(|step| (step, *seat)).collect(),
            Fault::Frames(_) => (0..script.seats()).flat_map(|seat| anywhere(script, Seat(seat))).collect(),
        };
        // Each absence by itself: one can end a match in which another would have cost a turn.
        let costs_a_turn = |absence| script.passes_turns(&[absence]);
        if self.faults.iter().flat_map(absences).any(costs_a_turn) { Judge::Accounts } else { Judge::Undisturbed }
    }
}

impl When {
    /// The step that it is about.
    pub fn step(self) -> usize {
        match self {
            Self::After(step) | Self::During(step) => step,
        }
    }
}

/// The moments in which somebody can be away: on the way, before or after the step is carried out.
fn around(when: When, seat: Seat) -> Vec<(usize, Seat)> {
    match when {
        When::After(step) => vec![(step, seat)],
        When::During(step) => vec![(step.saturating_sub(1), seat), (step, seat)],
    }
}

fn anywhere(script: &Script, seat: Seat) -> Vec<(usize, Seat)> {
    (script.started_by()..script.steps().len()).map(|step| (step, seat)).collect()
}
