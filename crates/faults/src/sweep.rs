//! FAULTS, sweep: which faults a script can meet: every kind at every step, or some drawn from a seed.
//!
//! Left out are faults that change the match by the protocol's own rules: while people still sit down, whoever loses the
//! connection at the wrong instant is not host any more, or does not play.

use std::fmt;
use std::str::FromStr;

use umbra_game::chance::{Chance, IndexedRandom, RngExt};
use umbra_protocol::Seat;

use crate::plan::{Direction, Fault, FrameFaults, Odds, Plan, Target, When};
use crate::script::Script;

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The room dies.
    Room,
    /// A user dies.
    User,
    /// A socket dies.
    Socket,
    /// The room manager dies.
    RoomManager,
    /// The user manager dies.
    UserManager,
    /// The journal dies.
    Journal,
    /// The listener dies.
    Listener,
    /// A connection breaks, between two frames or within one.
    Cut,
    /// A client reads no more for a while.
    Freeze,
    /// A client's old connection ends after its new one has begun.
    LateClose,
    /// Frames are lost, doubled, delayed and reordered.
    Frames,
}

/// What a match meets in the first place: every process of a server.
pub const PROCESSES: [Kind; 7] =
    [Kind::Room, Kind::User, Kind::Socket, Kind::RoomManager, Kind::UserManager, Kind::Journal, Kind::Listener];

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Room,
        Self::User,
        Self::Socket,
        Self::RoomManager,
        Self::UserManager,
        Self::Journal,
        Self::Listener,
        Self::Cut,
        Self::Freeze,
        Self::LateClose,
        Self::Frames,
    ];

    /// Its name on a command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Room => "room",
            Self::User => "user",
            Self::Socket => "socket",
            Self::RoomManager => "roomManager",
            Self::UserManager => "userManager",
            Self::Journal => "journal",
            Self::Listener => "listener",
            Self::Cut => "cut",
            Self::Freeze => "freeze",
            Self::LateClose => "lateClose",
            Self::Frames => "frames",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = || Self::ALL.map(Self::name).join(", ");
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| format!("expected one of {}", known()))
    }
}

/// Every fault of this kind that a match can meet, one after the other: at every step, after it and during it. Of seats,
/// the one that asks and the one next to it.
pub fn faults(script: &Script, kind: Kind) -> Vec<Fault> {
    let steps = script.steps();
    // The farewell is for everybody to hear.
    let moments = (0..steps.len() - 1).flat_map(|at| [When::After(at), When::During(at)]);
    let two = |at: usize| {
        let asks = steps[at].seat.0;
        let next = (asks + 1) % script.seats();
        if next == asks { vec![Seat(asks)] } else { vec![Seat(asks), Seat(next)] }
    };
    let of_seats = |fault: &dyn Fn(Seat, When) -> Fault, fits: &dyn Fn(When) -> bool| -> Vec<Fault> {
        let fit = moments.clone().filter(|when| leaves_the_match_alone(script, *when) && fits(*when));
        fit.flat_map(|when| two(when.step()).into_iter().map(move |seat| fault(seat, when)).collect::<Vec<_>>())
            .collect()
    };
    let of_all = |target| moments.clone().map(|when| Fault::Kill { target, when }).collect();
    let kill = |target: fn(Seat) -> Target| move |seat, when| Fault::Kill { target: target(seat), when };
    match kind {
        Kind::Room => {
            let there = moments.clone().filter(|when| *when != When::During(0));
            there.map(|when| Fault::Kill { target: Target::Room, when }).collect()
        }
        // While no match is running, a user who dies leaves.
        Kind::User => of_seats(&kill(Target::User), &|when| script.is_in_game_after(when.step())),
        Kind::Socket => of_seats(&kill(Target::Socket), &|_| true),
        Kind::RoomManager => of_all(Target::RoomManager),
        Kind::UserManager => of_all(Target::UserManager),
        Kind::Journal => of_all(Target::Journal),
        Kind::Listener => of_all(Target::Listener),
        Kind::Cut => {
            let whole = of_seats(&|seat, when| Fault::Cut { seat, when }, &|_| true);
            let seats = (0..script.seats()).map(Seat);
            let within = seats.flat_map(|seat| {
                let bytes = (1..40).map(|place| place * 17);
                bytes.flat_map(move |byte| {
                    [Direction::Up, Direction::Down].map(|direction| Fault::CutAt { seat, byte, direction })
                })
            });
            whole.into_iter().chain(within).collect()
        }
        Kind::Freeze => {
            let from = script.started_by()..steps.len() - 1;
            from.flat_map(|from| {
                let to = (from + 3).min(steps.len() - 2);
                two(from).into_iter().map(move |seat| Fault::Freeze { seat, from, to })
            })
            .collect()
        }
        Kind::LateClose => of_seats(&|seat, when| Fault::LateClose { seat, when }, &|_| true),
        Kind::Frames => {
            let odds = Odds { drop: 10, duplicate: 30, delay: 30, reorder: 30 };
            vec![Fault::Frames(FrameFaults { seed: script.seed(), up: odds, down: odds })]
        }
    }
}

/// Whether somebody who is away just then, for a moment, still plays the match that the script has.
fn leaves_the_match_alone(script: &Script, when: When) -> bool {
    match when {
        When::After(_) => true,
        // Whoever is away when the match starts does not play, and an absent host is host no more.
        When::During(step) => step > script.started_by(),
    }
}

fn takes_the_journal_along(one: &Fault, other: &Fault) -> bool {
    let (Fault::Kill { target, when }, Fault::Kill { target: another, when: then }) = (one, other) else {
        return false;
    };
    when.step().abs_diff(then.step()) <= 1 && (*target == Target::Journal) != (*another == Target::Journal)
}

/// One to three faults of these kinds, drawn by `chance`; none only if there are none. The journal does not die in the same
/// step as another process: `docs/reliability.md` names that among what is not covered.
pub fn draw(script: &Script, kinds: &[Kind], chance: &mut Chance) -> Plan {
    let all = kinds.iter().map(|kind| faults(script, *kind));
    let drawers: Vec<Vec<Fault>> = all.filter(|faults| !faults.is_empty()).collect();
    let mut plan = Plan::default();
    for _ in 0..chance.random_range(1..=3) {
        let fault = drawers.choose(chance).and_then(|faults| faults.choose(chance));
        let fault = fault.filter(|fault| !plan.faults.iter().any(|drawn| takes_the_journal_along(drawn, fault)));
        plan.faults.extend(fault.cloned());
        if matches!(fault, Some(Fault::Frames(_))) {
            // Of this, more would not be more.
            break;
        }
    }
    plan
}
