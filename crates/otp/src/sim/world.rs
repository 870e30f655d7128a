//! A world of simulated processes, and the loop that runs them.

use std::cell::{Ref, RefCell};
use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::choices::Choices;
use super::current::keep_panics;
use super::deaths::{Death, Ending};
use super::kernel::Kernel;
use super::log::{LevelFilter, LogLine, keep_lines};
use super::process::{Entered, Left, Stage};
use super::{Choice, Fate, Fifo, HostCall, Port, Schedule, Trail};
use crate::control::{ARGUMENT, MESSAGE};
use crate::entrance::Entry;
use crate::exit::Parent;
use crate::host::Letter;
use crate::{Handle, Inbox, ProcessId, ProcessLimits, SpawnError, wire};

/// What a world is made with.
#[derive(Clone, Copy, Debug)]
pub struct WorldOptions {
    /// What [`random`](crate::random) follows from.
    pub seed: u64,
    /// The Unix time at which the world begins, in milliseconds.
    pub start_ms: u64,
    /// Calls of the runtime that all processes may make together. One more, and they are taken to go round in circles: [`Endless`].
    pub calls_max: u64,
    /// A timer that is due within so many milliseconds may ring before those who could run have run, if the schedule says so.
    /// 0: only one that is due. (Undisturbed, a timer rings when nobody can run.)
    pub early_ms: u64,
    /// What is kept of what processes log.
    pub log_level: LevelFilter,
}

impl Default for WorldOptions {
    fn default() -> Self {
        WorldOptions {
            seed: 0,
            start_ms: 1_700_000_000_000,
            calls_max: 1_000_000,
            early_ms: 0,
            log_level: LevelFilter::Info,
        }
    }
}

/// The processes of a world go round in circles: they have made more calls than [`WorldOptions::calls_max`].
///
/// The world stands still from here on. (A process that computes for ever without a call is not found out.)
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the processes have made {calls} calls and do not come to rest; the last was by {kind} {who}")]
pub struct Endless {
    /// How many calls there were.
    pub calls: u64,
    /// Whose the last one was.
    pub who: ProcessId,
    /// Its kind.
    pub kind: &'static str,
}

/// A process that lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Living {
    /// Which.
    pub id: ProcessId,
    /// Its kind: the name of the type of its messages; of its argument, if it has no mailbox.
    pub kind: &'static str,
    /// How much waits in its mailbox.
    pub waiting: usize,
}

/// Processes, their mailboxes, and a clock that stands still while anybody has something to do.
///
/// Nothing runs but within [`World::run`] and its like, on the thread that calls them.
pub struct World {
    kernel: Rc<RefCell<Kernel>>,
}

impl Default for World {
    fn default() -> Self {
        World::new(Fifo, WorldOptions::default())
    }
}

impl World {
    /// A world without processes.
    pub fn new(schedule: impl Schedule + 'static, options: WorldOptions) -> Self {
        keep_panics();
        keep_lines();
        World { kernel: Kernel::new(options, Choices::new(Box::new(schedule))) }
    }

    /// Shows every call of every process to `watch` before it happens, which decides whether it does. Takes the place of the one
    /// before.
    pub fn watch(&self, watch: impl FnMut(&HostCall<'_>) -> Fate + 'static) {
        self.kernel.borrow_mut().watch = Some(Box::new(watch));
    }

    /// Starts `entry` in a process on its own, as [`spawn`](crate::spawn) does.
    ///
    /// # Errors
    /// As `spawn`'s, but that nobody forbids it.
    pub fn spawn<A, M>(
        &self,
        argument: A,
        entry: fn(A, Inbox<M>),
        limits: &ProcessLimits,
    ) -> Result<Handle<M>, SpawnError>
    where
        A: Serialize + DeserializeOwned,
        M: Serialize + DeserializeOwned,
    {
        self.start(argument, &Entry::with_inbox(entry), limits)
    }

    /// Starts `entry` in a process on its own and without a mailbox, as [`spawn_plain`](crate::spawn_plain) does.
    ///
    /// # Errors
    /// As `spawn_plain`'s, but that nobody forbids it.
    pub fn spawn_plain<A>(&self, argument: A, entry: fn(A), limits: &ProcessLimits) -> Result<Handle<()>, SpawnError>
    where
        A: Serialize + DeserializeOwned,
    {
        self.start(argument, &Entry::plain(entry), limits)
    }

    fn start<A: Serialize, M>(
        &self,
        argument: A,
        entry: &Entry,
        limits: &ProcessLimits,
    ) -> Result<Handle<M>, SpawnError> {
        let (id, _) = self.kernel.borrow_mut().spawn(entry, limits, None, false)?;
        self.post(id, ARGUMENT, &(None::<Parent>, argument));
        Ok(Handle::of_node(0, id))
    }

    /// Somebody outside, who is played by the test.
    pub fn port<M>(&self) -> Port<M> {
        Port::new(&self.kernel)
    }

    /// Puts a message into a process's mailbox, from outside. Processes cannot tell from whom a message is.
    pub fn send<M: Serialize>(&self, to: Handle<M>, message: M) {
        self.post(ProcessId::of(&to), MESSAGE, &message);
    }

    fn post<T: Serialize>(&self, to: ProcessId, tag: i64, body: &T) {
        let mut letter = Letter::new(tag);
        wire::encode_to(&mut letter, body).expect("what a program sends can be encoded");
        self.kernel.borrow_mut().deliver(to, letter);
    }

    /// Kills a process, as [`ProcessId::kill`] does: it dies when it is its turn.
    pub fn kill(&self, id: ProcessId) {
        self.kernel.borrow_mut().doom(id);
    }

    /// The living process that has `name` now, as [`names::whereis`](crate::names::whereis).
    pub fn whereis<M>(&self, name: &str) -> Option<Handle<M>> {
        let kernel = self.kernel.borrow();
        let id = kernel.whereis(&crate::names::key::<M>(name)).filter(|id| kernel.is_alive(*id))?;
        Some(Handle::of_node(0, id))
    }

    /// Runs until nobody has anything to do at this time.
    ///
    /// # Errors
    /// If that does not come to pass.
    pub fn run(&self) -> Result<(), Endless> {
        self.run_for(0)
    }

    /// Runs until `ms` milliseconds have passed and nobody has anything to do. Timers ring when they are due and nobody has
    /// anything to do before.
    ///
    /// # Errors
    /// If that does not come to pass.
    pub fn run_for(&self, ms: u64) -> Result<(), Endless> {
        let until_ms = self.passed_ms().saturating_add(ms);
        self.run_until(until_ms)?;
        self.kernel.borrow_mut().passed_ms = until_ms;
        Ok(())
    }

    /// Runs until nobody has anything to do; then goes on to the next timer, if there is one, and runs again until nobody has.
    /// False: there is none.
    ///
    /// # Errors
    /// If that does not come to pass.
    pub fn run_to_next_timer(&self) -> Result<bool, Endless> {
        self.run()?;
        let Some(due_ms) = self.next_timer_ms() else { return Ok(false) };
        self.run_until(due_ms)?;
        Ok(true)
    }

    /// When the next timer rings, as [`World::passed_ms`].
    pub fn next_timer_ms(&self) -> Option<u64> {
        self.kernel.borrow_mut().next_timer().map(|(due_ms, _)| due_ms)
    }

    /// Runs until nobody has anything to do and no timer is set.
    ///
    /// # Errors
    /// If that does not come to pass, as in a world in which somebody sets a timer whenever one rings.
    pub fn run_to_the_end(&self) -> Result<(), Endless> {
        self.run_until(u64::MAX)
    }

    fn run_until(&self, until_ms: u64) -> Result<(), Endless> {
        loop {
            let next = self.kernel.borrow_mut().choose_next(until_ms);
            match next {
                Some(id) => self.enter(id)?,
                None => return Ok(()),
            }
        }
    }

    /// Runs a process until it leaves off.
    fn enter(&self, id: ProcessId) -> Result<(), Endless> {
        let (code, how) = {
            let kernel = &mut *self.kernel.borrow_mut();
            let process = kernel.living.get_mut(&id).expect("whoever can run lives");
            process.queued = false;
            let lingers = process.stage == Stage::AtWork;
            if !lingers {
                process.waits += 1;
            }
            process.stage = Stage::AtWork;
            let code = process.code.take().expect("whoever can run has code");
            let dies = process.doomed && !(lingers && kernel.choices.ask(&Choice::Linger { who: id }) == 1);
            (code, if dies { Entered::ToDie } else { Entered::ToGoOn })
        };
        match code.enter(how) {
            Err(ending) => self.kernel.borrow_mut().bury(id, ending),
            Ok((code, Left::ForOthers)) => {
                let kernel = &mut *self.kernel.borrow_mut();
                kernel.process(id).code = Some(code);
                kernel.make_runnable(id);
            }
            Ok((code, Left::ToWait)) => {
                let mut kernel = self.kernel.borrow_mut();
                if kernel.process(id).doomed {
                    drop(kernel);
                    let _ = code.enter(Entered::ToDie);
                    self.kernel.borrow_mut().bury(id, Ending::Killed);
                } else {
                    kernel.process(id).code = Some(code);
                }
            }
            Ok((code, Left::ForGood)) => {
                let mut kernel = self.kernel.borrow_mut();
                let process = kernel.process(id);
                process.code = Some(code);
                let kind = process.kind;
                kernel.runnable.clear();
                return Err(Endless { calls: kernel.calls, who: id, kind });
            }
        }
        Ok(())
    }

    /// How many milliseconds have passed since the world began.
    pub fn passed_ms(&self) -> u64 {
        self.kernel.borrow().passed_ms
    }

    /// The Unix time in the world, in milliseconds.
    pub fn now_ms(&self) -> u64 {
        self.kernel.borrow().now_ms()
    }

    /// Whether a process lives.
    pub fn is_alive(&self, id: ProcessId) -> bool {
        self.kernel.borrow().is_alive(id)
    }

    /// All processes that live, ports among them, the oldest first.
    pub fn processes(&self) -> Vec<Living> {
        let kernel = self.kernel.borrow();
        let living = kernel.living.iter();
        living.map(|(id, process)| Living { id: *id, kind: process.kind, waiting: process.mailbox.len() }).collect()
    }

    /// All processes that have ended, ports among them, in that order.
    pub fn deaths(&self) -> Ref<'_, [Death]> {
        Ref::map(self.kernel.borrow(), |kernel| kernel.deaths.as_slice())
    }

    /// What processes have logged.
    pub fn log(&self) -> Ref<'_, [LogLine]> {
        Ref::map(self.kernel.borrow(), |kernel| kernel.log.as_slice())
    }

    /// How many calls all processes have made.
    pub fn calls(&self) -> u64 {
        self.kernel.borrow().calls
    }

    /// Where this run has left the undisturbed course so far: a world made in the same way, with [`Trail::follow`] as its
    /// schedule, takes the same one, if the test does the same to it.
    pub fn trail(&self) -> Trail {
        self.kernel.borrow().choices.trail().clone()
    }
}

impl Drop for World {
    /// Unwinds what is left of the processes, so that their memory is not lost. (It is, if the test has failed: nothing should
    /// hide that.)
    fn drop(&mut self) {
        let living = std::mem::take(&mut self.kernel.borrow_mut().living);
        for process in living.into_values() {
            let Some(code) = process.code else { continue };
            if std::thread::panicking() {
                code.forget();
            } else {
                let _ = code.enter(Entered::ToDie);
            }
        }
    }
}
