//! FAULTS, plan: as text and back.

use std::fmt;
use std::str::{FromStr, SplitWhitespace};

use thiserror::Error;
use umbra_protocol::Seat;

use super::{Direction, Fault, FrameFaults, Odds, Plan, Target, When};

/// What a plan looks like, for who has to write one.
const EXPECTED: &str = "expected faults separated by `;`, each one of `kill TARGET after|during STEP` (TARGET: room, \
    user:SEAT, socket:SEAT, roomManager, userManager, journal, listener), `cut SEAT after|during STEP`, `cut SEAT at BYTE \
    up|down`, `freeze SEAT from STEP to STEP`, `late close SEAT after|during STEP`, `frames SEED up drop N duplicate N delay \
    N reorder N down drop N duplicate N delay N reorder N` (N per mille)";

/// A text that is no plan.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no fault: {EXPECTED}")]
pub struct PlanError(String);

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, fault) in self.faults.iter().enumerate() {
            write!(f, "{}{fault}", if at == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kill { target, when } => write!(f, "kill {target} {when}"),
            Self::Cut { seat, when } => write!(f, "cut {seat} {when}"),
            Self::CutAt { seat, byte, direction } => write!(f, "cut {seat} at {byte} {direction}"),
            Self::Freeze { seat, from, to } => write!(f, "freeze {seat} from {from} to {to}"),
            Self::LateClose { seat, when } => write!(f, "late close {seat} {when}"),
            Self::Frames(FrameFaults { seed, up, down }) => write!(f, "frames {seed} up {up} down {down}"),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Room => f.write_str("room"),
            Self::User(seat) => write!(f, "user:{seat}"),
            Self::Socket(seat) => write!(f, "socket:{seat}"),
            Self::RoomManager => f.write_str("roomManager"),
            Self::UserManager => f.write_str("userManager"),
            Self::Journal => f.write_str("journal"),
            Self::Listener => f.write_str("listener"),
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::After(step) => write!(f, "after {step}"),
            Self::During(step) => write!(f, "during {step}"),
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Up => "up",
            Self::Down => "down",
        })
    }
}

impl fmt::Display for Odds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { drop, duplicate, delay, reorder } = self;
        write!(f, "drop {drop} duplicate {duplicate} delay {delay} reorder {reorder}")
    }
}

impl FromStr for Plan {
    type Err = PlanError;

    fn from_str(text: &str) -> Result<Self, PlanError> {
        let faults = text.split(';').map(str::trim).filter(|fault| !fault.is_empty());
        Ok(Self { faults: faults.map(str::parse).collect::<Result<_, _>>()? })
    }
}

impl FromStr for Fault {
    type Err = PlanError;

    fn from_str(text: &str) -> Result<Self, PlanError> {
        let mut words = Words(text.split_whitespace());
        let fault = fault(&mut words).filter(|_| words.0.next().is_none());
        fault.ok_or_else(|| PlanError(text.to_owned()))
    }
}

impl FromStr for Target {
    type Err = PlanError;

    fn from_str(text: &str) -> Result<Self, PlanError> {
        let seat = |seat: &str| seat.parse().map(Seat).map_err(|_| PlanError(text.to_owned()));
        Ok(match text.split_once(':') {
            None if text == "room" => Self::Room,
            None if text == "roomManager" => Self::RoomManager,
            None if text == "userManager" => Self::UserManager,
            None if text == "journal" => Self::Journal,
            None if text == "listener" => Self::Listener,
            Some(("user", number)) => Self::User(seat(number)?),
            Some(("socket", number)) => Self::Socket(seat(number)?),
            None | Some(_) => return Err(PlanError(text.to_owned())),
        })
    }
}

/// The words of one fault.
struct Words<'a>(SplitWhitespace<'a>);

impl Words<'_> {
    fn next<T: FromStr>(&mut self) -> Option<T> {
        self.0.next()?.parse().ok()
    }

    fn word(&mut self, word: &str) -> Option<()> {
        (self.0.next()? == word).then_some(())
    }

    /// A number that stands behind its name.
    fn named<T: FromStr>(&mut self, name: &str) -> Option<T> {
        self.word(name)?;
        self.next()
    }

    fn seat(&mut self) -> Option<Seat> {
        self.next().map(Seat)
    }

    fn when(&mut self) -> Option<When> {
        match self.0.next()? {
            "after" => self.next().map(When::After),
            "during" => self.next().map(When::During),
            _ => None,
        }
    }

    fn direction(&mut self) -> Option<Direction> {
        match self.0.next()? {
            "up" => Some(Direction::Up),
            "down" => Some(Direction::Down),
            _ => None,
        }
    }

    fn odds(&mut self) -> Option<Odds> {
        let odds = Odds {
            drop: self.named("drop")?,
            duplicate: self.named("duplicate")?,
            delay: self.named("delay")?,
            reorder: self.named("reorder")?,
        };
        [odds.drop, odds.duplicate, odds.delay, odds.reorder].iter().all(|odds| *odds <= 1000).then_some(odds)
    }
}

fn fault(words: &mut Words<'_>) -> Option<Fault> {
    match words.0.next()? {
        "kill" => Some(Fault::Kill { target: words.next()?, when: words.when()? }),
        "cut" => {
            let seat = words.seat()?;
            let mut ahead = Words(words.0.clone());
            if ahead.word("at").is_some() {
                words.word("at")?;
                return Some(Fault::CutAt { seat, byte: words.next()?, direction: words.direction()? });
            }
            Some(Fault::Cut { seat, when: words.when()? })
        }
        "freeze" => Some(Fault::Freeze { seat: words.seat()?, from: words.named("from")?, to: words.named("to")? }),
        "late" => {
            words.word("close")?;
            Some(Fault::LateClose { seat: words.seat()?, when: words.when()? })
        }
        "frames" => {
            let seed = words.next()?;
            words.word("up")?;
            let up = words.odds()?;
            words.word("down")?;
            Some(Fault::Frames(FrameFaults { seed, up, down: words.odds()? }))
        }
        _ => None,
    }
}
