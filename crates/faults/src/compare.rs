//! FAULTS, comparison: did the faults leave a trace? The first difference as a sentence, and how much was lost or doubled.
//!
//! What may differ: who was told that a player hit by the plan had gone and come back ([`Plan::may_flicker`]); and where a
//! client was told to begin anew, the events that the new beginning stands for. Nothing else.

use std::collections::BTreeSet;

use umbra_protocol::{OkBody, Seat, WireError};

use crate::account;
use crate::plan::{Judge, Plan};
use crate::script::{Script, Step};
use crate::story::{Reply, Story, Told};

mod events;

use events::Alignment;
pub(crate) use events::{Number, Place};

/// What became of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The first difference, naming client, place and both sides; `None`: there is none.
    pub difference: Option<String>,
    /// How much there was of what.
    pub counts: Counts,
}

/// Sums over one run, or over many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Steps that were asked.
    pub asked: u64,
    /// Never answered, or answered `OK` and seen by nobody.
    pub actions_lost: u64,
    /// Carried out more often than they were asked for, or in spite of a refusal.
    pub actions_doubled: u64,
    /// Events that clients heard.
    pub events: u64,
    /// Events that a client should have heard and has not.
    pub events_missed: u64,
    /// Events that a client heard twice.
    pub events_doubled: u64,
    /// Events that a new beginning stood for.
    pub events_resynced: u64,
}

impl Counts {
    /// Adds those of another run.
    pub fn add(&mut self, other: &Self) {
        let Self { asked, actions_lost, actions_doubled, events, events_missed, events_doubled, events_resynced } =
            other;
        self.asked += asked;
        self.actions_lost += actions_lost;
        self.actions_doubled += actions_doubled;
        self.events += events;
        self.events_missed += events_missed;
        self.events_doubled += events_doubled;
        self.events_resynced += events_resynced;
    }
}

/// Which differences a plan brings about by itself.
#[derive(Clone, Debug, Default)]
struct Excuses {
    flicker: BTreeSet<Seat>,
}

impl Excuses {
    /// A host who is away at the end of a match is host no more.
    fn host(&self) -> bool {
        self.flicker.contains(&Seat(0))
    }
}

/// Holds the story of a run under `plan` against what it should have been.
pub fn compare(script: &Script, plan: &Plan, disturbed: &Story) -> Verdict {
    let mut verdict = match plan.judge(script) {
        Judge::Undisturbed => against_the_undisturbed(script, plan, disturbed),
        Judge::Accounts => account::audit(script, disturbed),
    };
    let balance = account::balance(script, disturbed);
    verdict.counts.asked = script.steps().len() as u64;
    verdict.counts.actions_lost = balance.lost.len() as u64;
    verdict.counts.actions_doubled = balance.doubled.len() as u64;
    let sentence = || balance.lost.first().or(balance.doubled.first()).cloned();
    verdict.difference = verdict.difference.or_else(sentence);
    verdict
}

fn against_the_undisturbed(script: &Script, plan: &Plan, disturbed: &Story) -> Verdict {
    let excuses = Excuses { flicker: plan.may_flicker(script.seats()) };
    let mut verdict = Verdict::default();
    if disturbed.seats.len() != script.undisturbed().seats.len() {
        verdict.difference = Some(format!("{} players of {} have a story", disturbed.seats.len(), script.seats()));
        return verdict;
    }
    // An answer that is not as it should be explains the events that are missing for it.
    let mut differences = replies(script, disturbed);
    let mut ends = Vec::new();
    for (seat, (expected, told)) in (0..).map(Seat).zip(script.undisturbed().seats.iter().zip(&disturbed.seats)) {
        let Alignment { difference, missed, doubled, resynced } = events::align(expected, told, &excuses);
        verdict.counts.events += told.heard.len() as u64;
        verdict.counts.events_missed += missed;
        verdict.counts.events_doubled += doubled;
        verdict.counts.events_resynced += resynced;
        differences.extend(difference.map(|what| format!("seat {seat}: {what}")));
        ends.extend(end(expected, told, &excuses).map(|what| format!("seat {seat}: {what}")));
    }
    verdict.difference = differences.into_iter().chain(ends).next();
    verdict
}

/// Each `ref` answered exactly once, with the same answer. Step by step.
fn replies(script: &Script, disturbed: &Story) -> Vec<String> {
    let mut differences = Vec::new();
    for (at, step) in script.steps().iter().enumerate() {
        let answers = |story: &Story| -> Vec<Result<OkBody, WireError>> {
            let replies = story.seats.get(usize::from(step.seat.0)).map(|told| &told.replies[..]).unwrap_or_default();
            let of_step = replies.iter().filter(|reply| reply.reference == step.reference);
            of_step.map(|reply| without_presence(reply.result.clone())).collect()
        };
        let (should, was) = (answers(script.undisturbed()), answers(disturbed));
        if should != was {
            let Step { seat, reference, ask } = step;
            differences.push(format!(
                "seat {seat}: ref {reference} (step {at}, {ask:?}) was answered {was:?}, undisturbed {should:?}"
            ));
        }
    }
    for (seat, told) in (0..).map(Seat).zip(&disturbed.seats) {
        let asked =
            |reply: &&Reply| script.steps().iter().any(|step| step.seat == seat && step.reference == reply.reference);
        let beyond = told.replies.iter().filter(|reply| !asked(reply));
        differences.extend(beyond.map(|reply| format!("seat {seat}: an answer to what was never asked: {reply:?}")));
    }
    differences
}

/// Who is online is told by events; in an answer it may be of an instant before.
fn without_presence(result: Result<OkBody, WireError>) -> Result<OkBody, WireError> {
    result.map(|body| match body {
        OkBody::Room(mut room) => {
            room.players.iter_mut().for_each(|player| player.online = true);
            OkBody::Room(room)
        }
        OkBody::Empty | OkBody::Hello(_) | OkBody::Rooms(_) | OkBody::Answer(_) => body,
    })
}

fn end(expected: &Told, told: &Told, excuses: &Excuses) -> Option<String> {
    let (mut should, was) = (expected.end.clone(), &told.end);
    if let (Some(should), Some(was)) = (&mut should, was)
        && excuses.host()
    {
        should.host = was.host.clone();
    }
    (should != *was).then(|| format!("the room at the end is {was:?}, undisturbed {should:?}"))
}
