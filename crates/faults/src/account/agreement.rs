//! FAULTS, accounts: do all clients tell of the same match? From its start on they hear the same public events in the same
//! order, but for what a client missed that was told to begin anew.

use umbra_protocol::{Event, GameValue, Seat};

use super::began_anew;
use crate::compare::{Number, Place};
use crate::script::{Script, is_farewell, parsed};
use crate::story::{Heard, Story, Told};

/// What a client heard of what everybody hears.
enum Item {
    Event(Event),
    /// It began anew: something may be missing here.
    Gap,
}

/// How many events are missing without an excuse, how many with one, and the disagreements, a sentence each.
pub(super) fn of(script: &Script, story: &Story) -> (u64, u64, Vec<String>) {
    let mut lists: Vec<(Seat, Vec<Item>)> =
        (0..).map(Seat).zip(story.seats.iter().map(|told| public(script, told))).collect();
    // Who has heard everything is the measure for the others.
    let whole = story.seats.iter().position(|told| !began_anew(told)).unwrap_or_default();
    if lists.is_empty() {
        return (0, 0, Vec::new());
    }
    let (measure_seat, measure) = lists.remove(whole);
    let (mut missed, mut resynced, mut disagreements) = (0, 0, Vec::new());
    for (seat, list) in &lists {
        match agree(&measure, list) {
            Ok(gaps) => resynced += gaps,
            Err(sentence) => {
                missed += 1;
                disagreements.push(format!("seats {measure_seat} and {seat} disagree: {sentence}"));
            }
        }
    }
    (missed, resynced, disagreements)
}

fn public(script: &Script, told: &Told) -> Vec<Item> {
    let strategy = script.subject().strategy;
    let mut number = Number::default();
    let mut items = Vec::new();
    let (mut started, mut over) = (false, false);
    for heard in told.heard.iter().filter(|heard| number.next(heard) != Place::Again) {
        match heard {
            Heard::Event { event: Event::GameStarted { turn, .. }, .. } => {
                started = true;
                // Everybody sees something else.
                let view = GameValue::trusted("null".to_owned());
                items.push(Item::Event(Event::GameStarted { view, turn: turn.clone() }));
            }
            Heard::Event { event: Event::GameEvent { event }, .. } if !strategy.is_public(&parsed(event)) => {}
            // After the farewell nobody waits for anything, not even for who comes back because of it.
            Heard::Event { event: Event::UserOffline { .. } | Event::UserOnline { .. }, .. } if over => {}
            Heard::Event { event, .. } if started => {
                over |= is_farewell(event);
                items.push(Item::Event(event.clone()));
            }
            Heard::Event { .. } => {}
            Heard::Anew { .. } => items.push(Item::Gap),
        }
    }
    items
}

/// Walks along both lists. Says how many events of either are missing in the other for a reason.
fn agree(one: &[Item], other: &[Item]) -> Result<u64, String> {
    let (mut at, mut gaps) = ([0, 0], 0);
    let mut open = [false, false];
    let lists = [one, other];
    loop {
        for side in [0, 1] {
            while let Some(Item::Gap) = lists[side].get(at[side]) {
                (open[side], at[side]) = (true, at[side] + 1);
            }
        }
        let next = [0, 1].map(|side| match lists[side].get(at[side]) {
            Some(Item::Event(event)) => Some(event),
            Some(Item::Gap) | None => None,
        });
        if next == [None, None] {
            return Ok(gaps);
        }
        if next[0] == next[1] {
            (at, open) = ([at[0] + 1, at[1] + 1], [false, false]);
            continue;
        }
        // Where one has a gap, the other may go ahead up to where they meet again.
        let Some(ahead) = [0, 1].into_iter().find(|side| open[1 - side] && next[*side].is_some()) else {
            return Err(format!("one heard {:?} where the other heard {:?}", next[0], next[1]));
        };
        (at[ahead], gaps) = (at[ahead] + 1, gaps + 1);
    }
}
