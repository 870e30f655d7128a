//! RULES, conformance kit. What leaves a match says nothing to anybody who may not know it.

use super::Probe;
use super::failure::{Broken, Check, expect};
use super::replay::Input;
use crate::chance::{Chance, IndexedRandom};
use crate::table::Table;
use crate::{Audience, Game, Match, Played, Seat, Viewer};

/// How many of the seats look at each state; all get their turn in the course of the playouts.
const ONLOOKERS: usize = 6;

/// Views, by two means: they are the same for states that differ in secrets alone, and no secret stands in them.
pub(super) fn in_views<P: Probe>(table: &Table<P::Game>, chance: &mut Chance) -> Check {
    let seats: Vec<Seat> = (0..=<P::Game as Game>::MAX_SEATS).map(Seat).collect();
    let onlookers: Vec<Viewer> = seats.sample(chance, ONLOOKERS).map(|seat| Viewer::Seat(*seat)).collect();
    for viewer in onlookers.into_iter().chain([Viewer::Spectator]) {
        let seen = table.view(viewer);
        in_text::<P>(table, viewer, &seen)?;
        let mut other = table.clone();
        other.state = P::scramble(&table.state, viewer, chance);
        let seen_there = other.view(viewer);
        expect(seen == seen_there, Broken::ViewLeaks, || {
            format!("{viewer:?} can tell {table:?} from {other:?}: {seen} and {seen_there}")
        })?;
        expect(table.turn() == other.turn(), Broken::ViewLeaks, || {
            format!("{viewer:?} can tell {table:?} from {other:?} by the turn")
        })?;
    }
    Ok(())
}

/// Events and answer of one input. What it has made public is no secret any more, so the state after it is asked.
pub(super) fn in_played<P: Probe>(table: &Table<P::Game>, input: &Input, played: &Played) -> Check {
    let seats = (0..=<P::Game as Game>::MAX_SEATS).map(|seat| Viewer::Seat(Seat(seat)));
    for viewer in seats.chain([Viewer::Spectator]) {
        for (audience, event) in &played.events {
            let told = match audience {
                Audience::All => true,
                Audience::Seat(seat) => viewer == Viewer::Seat(*seat),
            };
            if told {
                in_text::<P>(table, viewer, event)?;
            }
        }
        if let (Some(answer), true) = (&played.answer, viewer == Viewer::Seat(input.seat())) {
            in_text::<P>(table, viewer, answer)?;
        }
    }
    Ok(())
}

/// One text that is about to be sent to one viewer. After the outcome there are no secrets.
pub(super) fn in_text<P: Probe>(table: &Table<P::Game>, viewer: Viewer, text: &str) -> Check {
    if table.outcome().is_some() {
        return Ok(());
    }
    match P::secrets(&table.state, viewer).into_iter().find(|secret| text.contains(secret.as_str())) {
        Some(secret) => Err((Broken::SecretTold, format!("{viewer:?} is told the secret {secret:?}: {text}"))),
        None => Ok(()),
    }
}
