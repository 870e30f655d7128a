//! The world's state and its laws: processes, mailboxes, links, monitors, timers, names, time.
//!
//! Nothing here runs a process: that is [`world`](super::world)'s; and nothing asks who is next: that is [`choices`](super::choices)'.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::rc::{Rc, Weak};

use super::choices::Choices;
use super::current::Current;
use super::deaths::{Death, Ending};
use super::process::{Code, Mail, Process, Stage};
use super::{Choice, Fate, HostCall, LogLine, WorldOptions};
use crate::entrance::Entry;
use crate::host::Letter;
use crate::{ChildTag, ProcessId, ProcessLimits, SpawnError};

/// Less memory than this no module starts with.
const LEAST_MEMORY_BYTES: u64 = 17 * 64 * 1024;

/// Sees every call of every process.
pub(crate) type Watch = Box<dyn FnMut(&HostCall<'_>) -> Fate>;

pub(crate) struct Kernel {
    /// Processes hold the world that holds them, until it is dropped.
    me: Weak<RefCell<Kernel>>,
    pub(super) options: WorldOptions,
    pub(super) passed_ms: u64,
    last_id: u64,
    pub(super) living: BTreeMap<ProcessId, Process>,
    /// Those that can run, in the order in which they became able to.
    pub(super) runnable: VecDeque<ProcessId>,
    /// By when they ring, and in the order in which they were set.
    timers: BTreeMap<(u64, u64), Timer>,
    timers_due_ms: HashMap<u64, u64>,
    last_timer: u64,
    names: HashMap<String, ProcessId>,
    dice: fastrand::Rng,
    pub(super) choices: Choices,
    pub(super) watch: Option<Watch>,
    pub(super) calls_by_kind: HashMap<&'static str, u64>,
    pub(super) calls: u64,
    pub(super) log: Vec<LogLine>,
    pub(super) deaths: Vec<Death>,
}

struct Timer {
    to: ProcessId,
    /// None: the end of a sleep.
    letter: Option<Letter>,
}

impl Kernel {
    pub(super) fn new(options: WorldOptions, choices: Choices) -> Rc<RefCell<Self>> {
        Rc::new_cyclic(|me| {
            RefCell::new(Kernel {
                me: Weak::clone(me),
                passed_ms: 0,
                last_id: 0,
                living: BTreeMap::new(),
                runnable: VecDeque::new(),
                timers: BTreeMap::new(),
                timers_due_ms: HashMap::new(),
                last_timer: 0,
                names: HashMap::new(),
                dice: fastrand::Rng::with_seed(options.seed),
                choices,
                watch: None,
                calls_by_kind: HashMap::new(),
                calls: 0,
                log: Vec::new(),
                deaths: Vec::new(),
                options,
            })
        })
    }

    /// A process that lives: the one that asks, for instance.
    pub(crate) fn process(&mut self, id: ProcessId) -> &mut Process {
        self.living.get_mut(&id).expect("whoever runs lives")
    }

    pub(crate) fn is_alive(&self, id: ProcessId) -> bool {
        self.living.contains_key(&id)
    }

    pub(crate) fn now_ms(&self) -> u64 {
        self.options.start_ms + self.passed_ms
    }

    pub(crate) fn passed_ms(&self) -> u64 {
        self.passed_ms
    }

    pub(crate) fn random(&mut self) -> u64 {
        self.dice.u64(..)
    }

    pub(crate) fn register(&mut self, name: &str, id: ProcessId) {
        self.names.insert(name.to_owned(), id);
    }

    pub(crate) fn whereis(&self, name: &str) -> Option<ProcessId> {
        self.names.get(name).copied()
    }

    /// Starts a process, for one of the world's own or from outside.
    pub(crate) fn spawn(
        &mut self,
        entry: &Entry,
        limits: &ProcessLimits,
        parent: Option<ProcessId>,
        linked: bool,
    ) -> Result<(ProcessId, Option<ChildTag>), SpawnError> {
        if parent.is_some_and(|parent| !self.process(parent).may_spawn) {
            return Err(SpawnError::NotAllowed);
        }
        if limits.memory_bytes.is_some_and(|bytes| bytes < LEAST_MEMORY_BYTES) {
            return Err(SpawnError::Refused("the limit is below the memory that a module starts with".to_owned()));
        }
        let me = self.me.upgrade().expect("whoever asks holds the world");
        let code = Code::new(entry, Current::new(me, ProcessId(self.last_id + 1)));
        let id = self.add(Process::new(entry.kind, limits.may_spawn, Some(code)));
        let tag = parent.filter(|_| linked).map(|parent| {
            let this = self.process(parent);
            this.tags += 1;
            let tag = ChildTag(this.tags);
            this.links.insert(id, tag);
            self.process(id).links.insert(parent, ChildTag::PARENT);
            tag
        });
        self.make_runnable(id);
        Ok((id, tag))
    }

    pub(super) fn add(&mut self, process: Process) -> ProcessId {
        self.last_id += 1;
        let id = ProcessId(self.last_id);
        self.living.insert(id, process);
        id
    }

    pub(super) fn make_runnable(&mut self, id: ProcessId) {
        let process = self.process(id);
        if !process.queued {
            process.queued = true;
            self.runnable.push_back(id);
        }
    }

    /// Puts a message into a mailbox, unless it is a dead one's.
    pub(crate) fn deliver(&mut self, to: ProcessId, letter: Letter) {
        self.put(to, Mail::Data { tag: letter.tag, bytes: letter.bytes });
    }

    fn put(&mut self, to: ProcessId, mail: Mail) {
        let Some(process) = self.living.get_mut(&to) else { return };
        let wakes = process.waits_for(&mail);
        process.mailbox.push_back(mail);
        if wakes {
            process.stage = Stage::Ready;
            self.make_runnable(to);
        }
    }

    pub(crate) fn deliver_later(&mut self, to: ProcessId, letter: Letter, after_ms: u64) -> u64 {
        self.set_timer(Timer { to, letter: Some(letter) }, after_ms)
    }

    pub(super) fn wake_later(&mut self, id: ProcessId, after_ms: u64) {
        self.set_timer(Timer { to: id, letter: None }, after_ms);
    }

    fn set_timer(&mut self, timer: Timer, after_ms: u64) -> u64 {
        self.last_timer += 1;
        let due_ms = self.passed_ms.saturating_add(after_ms);
        self.timers.insert((due_ms, self.last_timer), timer);
        self.timers_due_ms.insert(self.last_timer, due_ms);
        self.last_timer
    }

    pub(crate) fn cancel(&mut self, timer: u64) {
        if let Some(due_ms) = self.timers_due_ms.remove(&timer) {
            self.timers.remove(&(due_ms, timer));
        }
    }

    /// The next timer: when it rings, and for whom. Those of the dead are dropped, as nobody will hear them.
    pub(super) fn next_timer(&mut self) -> Option<(u64, ProcessId)> {
        loop {
            let (&(due_ms, number), timer) = self.timers.first_key_value()?;
            if self.is_alive(timer.to) {
                return Some((due_ms, timer.to));
            }
            self.cancel(number);
        }
    }

    /// Whom the timers are for that are due in this instant.
    pub(super) fn due_at(&self, due_ms: u64) -> Vec<ProcessId> {
        let here = self.timers.range((due_ms, 0)..=(due_ms, u64::MAX));
        here.filter(|(_, timer)| self.is_alive(timer.to)).map(|(_, timer)| timer.to).collect()
    }

    /// Rings one of the timers that are due in this instant, the how many-th of [`Kernel::due_at`].
    pub(super) fn ring(&mut self, due_ms: u64, which: usize) {
        let here = self.timers.range((due_ms, 0)..=(due_ms, u64::MAX));
        let mut here = here.filter(|(_, timer)| self.is_alive(timer.to)).map(|(key, _)| *key);
        let key = here.nth(which).expect("it was counted");
        let timer = self.timers.remove(&key).expect("it was found");
        self.timers_due_ms.remove(&key.1);
        self.passed_ms = self.passed_ms.max(due_ms);
        match timer.letter {
            Some(letter) => self.deliver(timer.to, letter),
            None => {
                if self.process(timer.to).stage == Stage::Sleeps {
                    self.process(timer.to).stage = Stage::Ready;
                    self.make_runnable(timer.to);
                }
            }
        }
    }

    /// Begins to tell `by` of the end of `target`. Of one that is dead or about to be, nothing will ever be told.
    pub(crate) fn monitor(&mut self, by: ProcessId, target: ProcessId) {
        if let Some(process) = self.living.get_mut(&target).filter(|process| !process.doomed) {
            process.monitors.insert(by, process.waits);
        }
    }

    pub(crate) fn stop_monitoring(&mut self, by: ProcessId, target: ProcessId) {
        if let Some(process) = self.living.get_mut(&target) {
            process.monitors.remove(&by);
        }
    }

    /// Whoever waits is to die as soon as it is its turn; whoever is at work, when it next has to wait or others get in.
    pub(crate) fn doom(&mut self, id: ProcessId) {
        let Some(process) = self.living.get_mut(&id) else { return };
        process.doomed = true;
        match process.stage {
            Stage::Port => self.bury(id, Ending::Killed),
            Stage::Waits(_) | Stage::Sleeps => {
                process.stage = Stage::Ready;
                self.make_runnable(id);
            }
            Stage::Ready | Stage::AtWork => {}
        }
    }

    /// A process is no more: links and monitors are told, links first.
    pub(super) fn bury(&mut self, id: ProcessId, ending: Ending) {
        let Some(process) = self.living.remove(&id) else { return };
        self.runnable.retain(|runnable| *runnable != id);
        for other in process.links.into_keys() {
            let Some(linked) = self.living.get_mut(&other) else { continue };
            let Some(tag) = linked.links.remove(&id) else { continue };
            if !ending.is_failure() {
                continue;
            }
            if linked.hears_of_links {
                self.put(other, Mail::LinkDied(tag));
            } else {
                self.doom(other);
            }
        }
        let by_itself = ending != Ending::Killed;
        for (by, waits_then) in process.monitors {
            let unheard = by_itself && waits_then == process.waits && self.is_alive(by);
            if !(unheard && self.choices.ask(&Choice::LoseMonitor { who: id, by }) == 1) {
                self.put(by, Mail::Down(id));
            }
        }
        self.deaths.push(Death { at_ms: self.passed_ms, id, kind: process.kind, ending });
    }
}
