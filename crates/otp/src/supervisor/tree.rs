//! The supervisor at work.
//!
//! Deaths can come at any moment: of a second child while the first is being restarted, of one that is being started or
//! stopped. So whatever comes is only *noted*, in the slot of the child it concerns ([`Tree::wait`]), and everything else looks
//! at the slots: a wait for an answer looks at one slot, [`Tree::serve`] looks for a slot whose end nobody has dealt with. What
//! a stop or restart of the group overtakes is thereby dealt with too.

use std::fmt;
use std::ops::Range;
use std::time::Duration;

use lunatic_log::{error, info, warn};

use crate::clock::monotonic_ms;
use crate::supervisor::slot::{Ending, Slot, State};
use crate::supervisor::starter::StartId;
use crate::supervisor::{ChildSpec, KILL_TAKES_AT_MOST, Shutdown, Started, Starter, Strategy, SupervisorMessage};
use crate::{Inbox, Incoming, Intensity, Restart, RestartWindow, Verdict};

pub(super) struct Tree {
    inbox: Inbox<SupervisorMessage>,
    strategy: Strategy,
    intensity: Intensity,
    window: RestartWindow,
    slots: Vec<Slot>,
    starts: u64,
    stop_asked: bool,
}

/// Why a supervisor ends as a failure. The text is its last words.
pub(super) enum Failure {
    Start { child: &'static str, why: String },
    Intensity { child: &'static str, intensity: Intensity },
}

impl Tree {
    pub(super) fn new(
        inbox: Inbox<SupervisorMessage>,
        strategy: Strategy,
        intensity: Intensity,
        specs: Vec<ChildSpec>,
    ) -> Self {
        let slots = specs.into_iter().map(|spec| Slot { spec, state: State::Absent }).collect();
        Tree { inbox, strategy, intensity, window: RestartWindow::new(intensity), slots, starts: 0, stop_asked: false }
    }

    /// The first start, in order. Ends at the first child that cannot be started.
    pub(super) fn start_all(&mut self) -> Result<(), Failure> {
        for at in 0..self.slots.len() {
            self.start(at).map_err(|why| Failure::Start { child: self.slots[at].spec.id, why })?;
        }
        Ok(())
    }

    /// Restarts what ends, until asked to stop.
    pub(super) fn serve(&mut self) -> Result<(), Failure> {
        while !self.stop_asked {
            match self.slots.iter().position(|slot| matches!(slot.state, State::Ended(_))) {
                Some(at) => self.recover(at)?,
                None => self.wait(None),
            }
        }
        Ok(())
    }

    /// In reverse order. Afterwards no child is left.
    pub(super) fn stop_all(&mut self) {
        self.stop_group(0..self.slots.len());
    }

    /// Deals with one end: forget the child, or restart it and those that go with it.
    fn recover(&mut self, at: usize) -> Result<(), Failure> {
        let slot = &mut self.slots[at];
        let id = slot.spec.id;
        let State::Ended(ending) = std::mem::replace(&mut slot.state, State::Absent) else {
            unreachable!("serve() picked this slot because it has ended");
        };
        if !slot.spec.restart.wants_restart(ending.is_failure()) {
            slot.state = State::Done;
            if ending.is_failure() {
                error!("child {id} {ending}, and is not to be restarted");
            } else {
                info!("child {id} {ending}");
            }
            return Ok(());
        }
        if self.window.record(monotonic_ms()) == Verdict::GiveUp {
            error!("child {id} {ending}");
            return Err(Failure::Intensity { child: id, intensity: self.intensity });
        }
        error!("child {id} {ending}: restarting it");
        let group = match self.strategy {
            Strategy::OneForOne => at..at + 1,
            Strategy::OneForAll => 0..self.slots.len(),
            Strategy::RestForOne => at..self.slots.len(),
        };
        self.stop_group(group.clone());
        self.restart_group(group);
        Ok(())
    }

    /// Starts the group in order. At the first failure it leaves off: `serve` finds that child ended, which counts as one more
    /// restart, and a restart of that child brings back the rest of the group with it.
    fn restart_group(&mut self, group: Range<usize>) {
        for at in group {
            if self.stop_asked {
                return;
            }
            if matches!(self.slots[at].state, State::Done) && self.slots[at].spec.restart == Restart::Temporary {
                continue;
            }
            if let Err(why) = self.start(at) {
                self.slots[at].state = State::Ended(Ending::NotStarted(why));
                return;
            }
        }
    }

    /// Starts one child and waits for its answer.
    fn start(&mut self, at: usize) -> Result<(), String> {
        self.starts += 1;
        let start = StartId(self.starts);
        let mut starter = Starter { inbox: &mut self.inbox, start };
        let spec = &self.slots[at].spec;
        let limit = spec.start_deadline;
        let child = (spec.start)(&mut starter).map_err(|error| error.to_string())?;
        self.slots[at].state = State::Present { child, start, answer: None };
        self.wait_for(at, limit, |state| !matches!(state, State::Present { answer: None, .. }));
        let why = match &self.slots[at].state {
            State::Present { answer: Some(Ok(())), .. } => return Ok(()),
            State::Present { answer: Some(Err(why)), .. } => why.clone(),
            State::Ended(ending) => format!("{ending} before it had started"),
            State::Present { answer: None, .. } | State::Absent | State::Done => {
                format!("did not acknowledge its start within {limit:?}")
            }
        };
        self.kill(at);
        Err(why)
    }

    fn stop_group(&mut self, group: Range<usize>) {
        for at in group.rev() {
            self.stop(at);
        }
    }

    /// Ends one child in its own way, and waits until it has.
    fn stop(&mut self, at: usize) {
        let slot = &mut self.slots[at];
        if let State::Present { child, .. } = &slot.state
            && let (Some(stop), Shutdown::Deadline(limit)) = (&child.stop, slot.spec.shutdown)
        {
            stop();
            if !self.wait_for(at, limit, State::is_gone) {
                warn!("child {} did not stop within {limit:?}: killing it", self.slots[at].spec.id);
            }
        }
        self.kill(at);
    }

    /// Ends one child the hard way, and waits until it has. Afterwards its slot is empty, whatever was in it.
    fn kill(&mut self, at: usize) {
        if let State::Present { child, .. } = &self.slots[at].state {
            child.id.kill();
            if !self.wait_for(at, KILL_TAKES_AT_MOST, State::is_gone) {
                error!("child {} survives a kill, and is left behind", self.slots[at].spec.id);
            }
        }
        let slot = &mut self.slots[at];
        let for_good = slot.spec.restart == Restart::Temporary || matches!(slot.state, State::Done);
        slot.state = if for_good { State::Done } else { State::Absent };
    }

    /// Waits until a slot is as wanted. False: the limit passed first.
    fn wait_for(&mut self, at: usize, limit: Duration, wanted: fn(&State) -> bool) -> bool {
        let start_ms = monotonic_ms();
        while !wanted(&self.slots[at].state) {
            let passed = Duration::from_millis(monotonic_ms() - start_ms);
            if passed >= limit {
                return false;
            }
            self.wait(Some(limit - passed));
        }
        true
    }

    /// Waits for one event and notes it.
    fn wait(&mut self, limit: Option<Duration>) {
        let incoming = match limit {
            Some(limit) => self.inbox.receive_within(limit),
            None => Some(self.inbox.receive()),
        };
        match incoming {
            Some(Incoming::Message(SupervisorMessage::Started(start))) => self.note_answer(start, Ok(())),
            Some(Incoming::Message(SupervisorMessage::Refused(start, why))) => self.note_answer(start, Err(why)),
            Some(Incoming::Message(SupervisorMessage::Stop)) => self.stop_asked = true,
            Some(Incoming::LinkDied(tag)) => {
                let ending = Ending::Failed(self.inbox.exit_reason(tag));
                self.note_end(|child| child.tag == tag, ending);
            }
            Some(Incoming::Down(id)) => self.note_end(|child| child.id == id, Ending::Normal),
            Some(Incoming::Garbled(why)) => warn!("supervisor ignores a garbled message: {why}"),
            None => {}
        }
    }

    /// An answer from an earlier attempt finds no slot.
    fn note_answer(&mut self, to: StartId, new: Result<(), String>) {
        for slot in &mut self.slots {
            if let State::Present { start, answer, .. } = &mut slot.state
                && *start == to
            {
                *answer = Some(new);
                return;
            }
        }
    }

    /// The end of somebody who is no child, such as a logger that `main` has linked, finds no slot.
    fn note_end(&mut self, is_it: impl Fn(&Started) -> bool, ending: Ending) {
        for slot in &mut self.slots {
            if let State::Present { child, .. } = &slot.state
                && is_it(child)
            {
                slot.state = State::Ended(ending);
                return;
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Start { child, why } => write!(f, "child {child} could not be started: {why}"),
            Failure::Intensity { child, intensity } => write!(
                f,
                "more than {} restarts within {} ms, the last for child {child}",
                intensity.max_restarts, intensity.period_ms
            ),
        }
    }
}
