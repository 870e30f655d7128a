//! FAULTS, accounts: what must be in order in any run, whether or not it can be held against another one. Every `ref`
//! answered once; numbers without a gap; all clients agree on what happened and in which order; every action answered `OK`
//! shows once, every refused one never.

use serde_json::Value;
use umbra_protocol::{Event, Seat};

use crate::compare::{Number, Place, Verdict};
use crate::script::{Ask, Script, Step, parsed};
use crate::story::{Heard, Story, Told};

mod agreement;

/// Actions that do not add up, a sentence each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Never answered, or answered `OK` and seen by nobody.
    pub lost: Vec<String>,
    /// Carried out once too often.
    pub doubled: Vec<String>,
}

/// Checks a run by itself. Its actions are counted by [`balance`].
pub(crate) fn audit(script: &Script, story: &Story) -> Verdict {
    let mut verdict = Verdict::default();
    let mut differences = Vec::new();
    for (seat, told) in (0..).map(Seat).zip(&story.seats) {
        verdict.counts.events += told.heard.len() as u64;
        let mut number = Number::default();
        for heard in &told.heard {
            match number.next(heard) {
                Place::Next => continue,
                Place::Again => verdict.counts.events_doubled += 1,
                Place::Gap => verdict.counts.events_missed += 1,
            }
            differences.push(format!("seat {seat}: {heard:?} does not follow on {}", number.words()));
        }
        differences.extend(answered_once(script, seat, told).map(|what| format!("seat {seat}: {what}")));
    }
    let (missed, resynced, disagreements) = agreement::of(script, story);
    verdict.counts.events_missed += missed;
    verdict.counts.events_resynced += resynced;
    verdict.difference = differences.into_iter().chain(disagreements).next();
    verdict
}

fn answered_once(script: &Script, seat: Seat, told: &Told) -> Option<String> {
    let own = |step: &&Step| step.seat == seat;
    script.steps().iter().filter(own).find_map(|step| {
        let answers = told.replies.iter().filter(|reply| reply.reference == step.reference).count();
        (answers != 1).then(|| format!("ref {} ({:?}) was answered {answers} times", step.reference, step.ask))
    })
}

/// Counts what was asked against what was carried out.
pub fn balance(script: &Script, story: &Story) -> Balance {
    let mut balance = Balance::default();
    let mut acts = Acts::default();
    for (at, step) in script.steps().iter().enumerate() {
        let told = story.seats.get(usize::from(step.seat.0));
        let answer = told.and_then(|told| told.replies.iter().find(|reply| reply.reference == step.reference));
        if answer.is_none() {
            balance.lost.push(format!("step {at} ({:?} of seat {}) was never answered", step.ask, step.seat));
        }
        if let Ask::Act(action) = &step.ask {
            let drawer = match answer.map(|reply| &reply.result) {
                Some(Ok(_)) => &mut acts.carried_out,
                Some(Err(_)) => &mut acts.refused,
                None => &mut acts.unanswered,
            };
            drawer.push(Act { at, seat: step.seat, action });
        }
    }
    // Who began anew has not heard everything; if anybody has, it is they who count.
    let whole = story.seats.iter().filter(|told| !began_anew(told)).collect::<Vec<_>>();
    let witnesses = if whole.is_empty() { story.seats.iter().collect() } else { whole.clone() };
    let sheets: Vec<Sheet> = witnesses.iter().map(|told| acts.seen_by(script, told)).collect();
    if !whole.is_empty() {
        for act in &acts.carried_out {
            if sheets.iter().all(|sheet| sheet.unseen.contains(&act.at)) {
                balance.lost.push(format!("{act} was answered OK and nobody has seen it"));
            }
        }
    }
    // Seen twice by one alone is an event too many, and no action.
    if let Some(fewest) = sheets.into_iter().map(|sheet| sheet.extra).min_by_key(Vec::len) {
        balance.doubled = fewest;
    }
    balance
}

pub(crate) fn began_anew(told: &Told) -> bool {
    told.heard.iter().any(|heard| matches!(heard, Heard::Anew { .. }))
}

/// An action of the script.
struct Act<'a> {
    at: usize,
    seat: Seat,
    action: &'a Value,
}

impl std::fmt::Display for Act<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "step {} ({} of seat {})", self.at, self.action, self.seat)
    }
}

/// The actions of a script, by what became of them.
#[derive(Default)]
struct Acts<'a> {
    carried_out: Vec<Act<'a>>,
    refused: Vec<Act<'a>>,
    unanswered: Vec<Act<'a>>,
}

/// What one client saw of the actions.
struct Sheet {
    /// Steps that it did not see.
    unseen: Vec<usize>,
    /// What it saw once too often.
    extra: Vec<String>,
}

impl Acts<'_> {
    fn seen_by(&self, script: &Script, told: &Told) -> Sheet {
        let strategy = script.subject().strategy;
        let shows = |act: &Act<'_>, event: &Value| strategy.shows(act.seat, act.action, event);
        let mut events = game_events(told);
        let mut unseen = Vec::new();
        // One without an answer may have been carried out, but not more than once.
        for (act, must_show) in
            self.carried_out.iter().map(|act| (act, true)).chain(self.unanswered.iter().map(|act| (act, false)))
        {
            match events.iter().position(|event| shows(act, event)) {
                Some(at) => drop(events.remove(at)),
                None if must_show => unseen.push(act.at),
                None => {}
            }
        }
        let again = |event: &Value| {
            let mut all = self.carried_out.iter().chain(&self.unanswered).chain(&self.refused);
            let act = all.find(|act| shows(act, event))?;
            Some(format!("{event} tells of {act} once too often"))
        };
        Sheet { unseen, extra: events.iter().filter_map(again).collect() }
    }
}

/// What the game told, each number once; but for what it told because a turn was passed over, which nobody has done.
fn game_events(told: &Told) -> Vec<Value> {
    let mut number = Number::default();
    let mut skipped: Option<Seat> = None;
    let mut events = Vec::new();
    for heard in told.heard.iter().filter(|heard| number.next(heard) != Place::Again) {
        let passed_over = skipped.take();
        match heard {
            Heard::Event { event: Event::GameEvent { event }, .. } => {
                let event = parsed(event);
                if passed_over.is_none_or(|seat| event["seat"] != seat.0) {
                    events.push(event);
                }
            }
            Heard::Event { event: Event::TurnSkipped { seat, .. }, .. } => skipped = Some(*seat),
            Heard::Event { .. } | Heard::Anew { .. } => {}
        }
    }
    events
}
