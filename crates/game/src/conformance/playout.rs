//! RULES, conformance kit. One random match, examined after every step.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::failure::{Broken, Check, Failure, expect};
use super::replay::{Input, Record};
use super::{Length, Probe, examine, refusals, replay, secrets, turns};
use crate::answer::json;
use crate::chance::{Chance, IndexedRandom, RngExt, SeedableRng, SliceRandom};
use crate::table::Table;
use crate::{Absence, Game, Late, Match, Seat};

/// How many inputs an endless match gets.
const ENDLESS_STEPS: u32 = 60;

/// Plays the match of this seed to its end, or for as long as it may last.
pub(super) fn run<P: Probe>(seed: u64) -> Result<(), Failure> {
    let mut step = 0;
    // The game is asked nothing more after a panic, so nothing half-changed is ever looked at.
    let played = catch_unwind(AssertUnwindSafe(|| play::<P>(seed, &mut step)));
    let checked = played.unwrap_or_else(|panic| Err((Broken::Panics, said(&*panic))));
    checked.map_err(|(broken, detail)| Failure { broken, game: P::Game::NAME, seed: Some(seed), step, detail })
}

fn play<P: Probe>(seed: u64, step: &mut u32) -> Check {
    let mut chance = Chance::seed_from_u64(seed);
    let options = P::options(&mut chance);
    let seats = some_seats::<P::Game>(&mut chance);
    let mut record = Record::start(&options, &seats, chance.random());
    let mut table = record.table();
    // Most matches are played out; in some, people leave all the time.
    let flights = *[0.0, 0.01, 0.2].choose(&mut chance).unwrap_or(&0.0);
    let steps_max = match P::LENGTH {
        Length::EndsWithin(steps) => steps,
        Length::Endless { .. } => ENDLESS_STEPS,
    };

    while table.outcome().is_none() && *step < steps_max {
        examine::standing::<P>(&table, &mut chance)?;
        refusals::check::<P>(&table, &mut chance)?;
        let Some(input) = next_input::<P>(&table, flights, &mut chance) else {
            return Err((Broken::Stalls, format!("nobody has a legal action and no turn can pass: {table:?}")));
        };
        let before = table.clone();
        let played = input
            .play(&mut table)
            .map_err(|refusal| (Broken::RefusesLegal, format!("{input:?} was refused ({refusal}) in {before:?}")))?;
        *step += 1;
        turns::follow(&before, &table, &input)?;
        secrets::in_played::<P>(&table, &input, &played)?;
        record.add(input, played);
    }

    match P::LENGTH {
        Length::EndsWithin(steps) => expect(table.outcome().is_some(), Broken::Unbounded, || {
            format!("no outcome after {steps} inputs: {table:?}")
        })?,
        Length::Endless { snapshot_bytes_max } => {
            let bytes = table.snapshot().len();
            expect(bytes <= snapshot_bytes_max, Broken::Unbounded, || {
                format!("the snapshot has {bytes} bytes, expected at most {snapshot_bytes_max}")
            })?;
        }
    }
    if table.outcome().is_some() {
        examine::after_outcome::<P>(&table, &mut chance)?;
        refusals::after_outcome::<P>(&table, record.inputs())?;
    }
    replay::check(&record, &table)
}

/// From the least to the most seats, with gaps.
fn some_seats<G: Game>(chance: &mut Chance) -> Vec<Seat> {
    let count = chance.random_range(G::MIN_SEATS..=G::MAX_SEATS);
    let mut seats: Vec<Seat> = (0..G::MAX_SEATS).map(Seat).collect();
    seats.shuffle(chance);
    seats.truncate(count.into());
    seats.sort_unstable();
    seats
}

/// What the room might pass on next: mostly an action, at times a turn that passes or a flight.
fn next_input<P: Probe>(table: &Table<P::Game>, flights: f64, chance: &mut Chance) -> Option<Input> {
    let mut waiting = table.turn().map_or_else(|| table.present.clone(), |turn| turn.waiting);
    if chance.random_bool(flights) {
        return table.present.choose(chance).map(|seat| Input::Flee(*seat));
    }
    let pass = table.turn().and_then(|_| time_out::<P::Game>());
    if let (Some(pass), true) = (pass, chance.random_bool(0.1)) {
        return waiting.choose(chance).map(|seat| pass(*seat));
    }
    waiting.shuffle(chance);
    let acts = |seat: &Seat| P::legal(&table.state, *seat, chance).map(|action| Input::Act(*seat, json(&action)));
    waiting.iter().find_map(acts).or_else(|| Some(pass?(*waiting.first()?)))
}

/// What the room does to a seat that does not act: the game chooses between the two. A game that waits and forfeits is never skipped.
pub(super) fn time_out<G: Game>() -> Option<fn(Seat) -> Input> {
    match (G::ABSENCE, G::LATE) {
        (Absence::Skip, _) | (Absence::Wait, Late::Skip) => Some(Input::Skip),
        (Absence::Wait, Late::Forfeit) => Some(Input::Flee),
    }
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("it panicked with something that is no text").to_owned()
}
