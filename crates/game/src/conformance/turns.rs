//! RULES, conformance kit. Turns: well-formed, numbered, and never the last one for ever.

use super::failure::{Broken, Check, expect};
use super::playout::time_out;
use super::replay::Input;
use crate::table::Table;
use crate::{Game, Match, Seat, Turn};

/// The turn as it stands, and that it passes when nobody does anything.
pub(super) fn standing<G: Game>(table: &Table<G>) -> Check {
    let Some(turn) = table.turn() else {
        return Ok(());
    };
    let ascending = |seats: &[Seat]| seats.is_sorted_by(|a, b| a < b);
    let within = |seats: &[Seat], all: &[Seat]| seats.iter().all(|seat| all.contains(seat));
    let holds = !turn.waiting.is_empty()
        && ascending(&turn.seats)
        && ascending(&turn.waiting)
        && within(&turn.waiting, &turn.seats)
        && within(&turn.seats, &table.present);
    expect(holds, Broken::Turn, || format!("{turn:?} in {table:?}"))?;
    passes_by_itself(table, &turn)
}

/// What the room's clock does, until the turn is another one.
fn passes_by_itself<G: Game>(table: &Table<G>, turn: &Turn) -> Check {
    let Some(time_out) = time_out::<G>() else {
        return Ok(());
    };
    let mut later = table.clone();
    for seat in &turn.waiting {
        if later.turn().is_some_and(|now| now.serial == turn.serial) {
            // A pass is never refused.
            let _played = time_out(*seat).play(&mut later);
        }
    }
    let passed = later.turn().is_none_or(|now| now.serial != turn.serial);
    expect(passed, Broken::Stalls, || format!("{:?} have passed, and still it is {turn:?} in {table:?}", turn.waiting))
}

/// The turn after one input, against the one before.
pub(super) fn follow<G: Game>(before: &Table<G>, after: &Table<G>, input: &Input) -> Check {
    let (Some(old), Some(new)) = (before.turn(), after.turn()) else {
        return Ok(());
    };
    let context = || format!("{input:?} made {new:?} out of {old:?}");
    expect(new.serial >= old.serial, Broken::Serial, context)?;
    if new.serial > old.serial {
        return may_be_new(&old, &new, input);
    }
    let mut seats = old.seats.clone();
    if let Input::Flee(gone) = input {
        seats.retain(|seat| seat != gone);
    }
    let waiting = seats.iter().copied().filter(|seat| *seat != input.seat() && old.waiting.contains(seat));
    let same = new.phase == old.phase && new.limit_ms == old.limit_ms && new.seats == seats;
    // Who acts may be waited for still (a turn of several actions); nobody else is touched.
    let others = new.waiting.iter().copied().filter(|seat| *seat != input.seat());
    expect(same && others.eq(waiting), Broken::Serial, context)
}

/// A new turn has a cause: nobody who was waited for is passed over because of what somebody else did, unless the phase is another.
fn may_be_new(old: &Turn, new: &Turn, input: &Input) -> Check {
    let renamed = new.phase == old.phase && new.seats == old.seats && new.waiting == old.waiting;
    let idle = renamed && !old.waiting.contains(&input.seat());
    expect(!idle, Broken::Serial, || format!("{input:?} made {new:?} out of {old:?}, which is the same turn"))
}
