//! RULES, conformance kit. Everything is answered, and what is refused has not happened.

use super::Probe;
use super::failure::{Broken, Check, expect};
use super::replay::Input;
use super::secrets;
use crate::answer::json;
use crate::chance::{Chance, IndexedRandom, RngExt};
use crate::table::Table;
use crate::{Game, Match, Played, Refusal, Seat, Viewer};

/// What is no JSON and therefore no action of any game.
const NO_JSON: [&str; 6] = ["", "{", "[1,", "nonsense", "{\"type\":\"\u{0}\"}", "1 2"];
/// What is JSON and an action of hardly any game. Each may be accepted, but not by accident of a panic.
const ODD_JSON: [&str; 12] = [
    "null",
    "true",
    "-1",
    "1e400",
    "18446744073709551616",
    "\"\"",
    "\"\\ud800\"",
    "[]",
    "{}",
    r#"{"type":null}"#,
    r#"{"type":"NO_SUCH_ACTION"}"#,
    r#"{"type":["PLACE"],"cell":-1,"seat":256,"text":{}}"#,
];

/// As deep as JSON can nest within the largest message of the wire.
const DEPTH_MAX: usize = 8192;

/// Puts all kinds of nonsense to copies of this match.
pub(super) fn check<P: Probe>(table: &Table<P::Game>, chance: &mut Chance) -> Check {
    let seats: Vec<Seat> = (0..=<P::Game as Game>::MAX_SEATS).map(Seat).collect();
    for seat in seats.sample(chance, 6).copied().chain([Seat(u8::MAX)]) {
        nonsense::<P>(table, seat, chance)?;
        idle_passes(table, seat)?;
    }
    for seat in table.present.sample(chance, 4).copied() {
        if has_turn(table, seat) {
            let Some(action) = P::illegal(&table.state, seat, chance) else {
                continue;
            };
            refuses::<P>(table, seat, &json(&action))?;
        } else if let Some(action) = anybodys_action::<P>(table, chance) {
            refuses::<P>(table, seat, &action)?;
        }
    }
    match anybodys_action::<P>(table, chance) {
        Some(action) => refuses::<P>(table, Seat(u8::MAX), &action),
        None => Ok(()),
    }
}

/// What was carried out while the match went on is refused now that it is over.
pub(super) fn after_outcome<P: Probe>(table: &Table<P::Game>, inputs: &[Input]) -> Check {
    for input in inputs.iter().rev().take(20) {
        match input {
            Input::Act(seat, action) => refuses::<P>(table, *seat, action)?,
            Input::Skip(seat) | Input::Flee(seat) => idle_passes(table, *seat)?,
        }
    }
    Ok(())
}

/// A few pieces at a time: over a playout's steps and seats all of them come up.
fn nonsense<P: Probe>(table: &Table<P::Game>, seat: Seat, chance: &mut Chance) -> Check {
    for action in NO_JSON.sample(chance, 2) {
        refuses::<P>(table, seat, action)?;
    }
    for action in ODD_JSON.sample(chance, 3) {
        // Carried out or refused: both are an answer.
        let _either = answers::<P>(table, seat, action)?;
    }
    if chance.random_bool(0.05) {
        let depth = chance.random_range(1..=DEPTH_MAX);
        let _either = answers::<P>(table, seat, &("[".repeat(depth) + &"]".repeat(depth)))?;
    }
    Ok(())
}

/// A turn that is not this seat's does not pass, and nobody leaves twice.
fn idle_passes<G: Game>(table: &Table<G>, seat: Seat) -> Check {
    let idle = |what: &str, played: Played, after: Table<G>| {
        expect(played == Played::default() && after == *table, Broken::ChangesOnRefusal, || {
            format!("{what} of seat {seat} did something to {table:?}: {played:?}, {after:?}")
        })
    };
    if !table.turn().is_some_and(|turn| turn.waiting.contains(&seat)) {
        let mut copy = table.clone();
        idle("a skip", copy.skip(seat), copy)?;
    }
    if !table.present.contains(&seat) || table.outcome().is_some() {
        let mut copy = table.clone();
        idle("a flight", copy.flee(seat), copy)?;
    }
    Ok(())
}

fn refuses<P: Probe>(table: &Table<P::Game>, seat: Seat, action: &str) -> Check {
    let answer = answers::<P>(table, seat, action)?;
    expect(answer.is_err(), Broken::AcceptsIllegal, || format!("{action} of seat {seat} was carried out in {table:?}"))
}

fn answers<P: Probe>(
    table: &Table<P::Game>,
    seat: Seat,
    action: &str,
) -> Result<Result<Played, Refusal>, (Broken, String)> {
    let mut copy = table.clone();
    let answer = copy.apply(seat, action);
    if let Err(refusal) = &answer {
        expect(copy == *table, Broken::ChangesOnRefusal, || {
            format!("{action} of seat {seat} was refused ({refusal}), and yet {table:?} became {copy:?}")
        })?;
        secrets::in_text::<P>(table, Viewer::Seat(seat), &refusal.to_string())?;
    }
    Ok(answer)
}

/// Something that somebody might do just now.
fn anybodys_action<P: Probe>(table: &Table<P::Game>, chance: &mut Chance) -> Option<String> {
    let turn = table.turn();
    let awaited = |seat: &Seat| turn.as_ref().is_none_or(|turn| turn.waiting.contains(seat));
    let seat = *table.present.iter().find(|seat| has_turn(table, **seat) && awaited(seat))?;
    P::legal(&table.state, seat, chance).map(|action| json(&action))
}

/// Whether this seat may act as far as the room can tell; one that has acted already is the game's to refuse.
fn has_turn<G: Game>(table: &Table<G>, seat: Seat) -> bool {
    table.outcome().is_none()
        && table.present.contains(&seat)
        && table.turn().is_none_or(|turn| turn.seats.contains(&seat))
}
