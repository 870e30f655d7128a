//! The process that runs on this thread just now: through here its calls reach the world, and the world stops it.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr;
use std::rc::Rc;
use std::sync::Once;
use std::thread::panicking;

use super::deaths::Ending;
use super::kernel::Kernel;
use super::process::{Entered, Left, Mail, Stage, Way};
use super::{Choice, Fate, HostCall, What};
use crate::ProcessId;
use crate::exit::describe;
use crate::host::Arrival;

/// What the calls of one process may touch.
pub(crate) struct Current {
    kernel: Rc<RefCell<Kernel>>,
    who: ProcessId,
    /// Where to leave off; none before it has begun.
    way: Cell<Option<*const Way>>,
    /// Not the process's failure, but the test's.
    broken: RefCell<Option<Box<dyn Any + Send>>>,
}

thread_local! {
    /// The one that runs just now.
    static CURRENT: Cell<*const Current> = const { Cell::new(ptr::null()) };
    /// The message and place of the panic that a process is just failing with.
    static PANIC: Cell<Option<String>> = const { Cell::new(None) };
    /// A test's own code runs, called by a process.
    static OUTSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Unwinds a process that is killed. Not a panic: nothing is printed, nobody is told.
struct Killed;

/// Unwinds a process that ends on purpose, as a failure.
struct ExitFailed;

impl Current {
    pub(super) fn new(kernel: Rc<RefCell<Kernel>>, who: ProcessId) -> Self {
        Current { kernel, who, way: Cell::new(None), broken: RefCell::new(None) }
    }

    /// Runs what resumes the process.
    pub(super) fn during<R>(&self, resume: impl FnOnce() -> R) -> R {
        let before = CURRENT.replace(ptr::from_ref(self));
        let result = resume();
        CURRENT.set(before);
        result
    }

    /// What a schedule or a watch has panicked with.
    pub(super) fn take_broken(&self) -> Option<Box<dyn Any + Send>> {
        self.broken.take()
    }

    pub(super) fn has_begun(&self) -> bool {
        self.way.get().is_some()
    }

    /// # Panics
    /// If no simulated process runs here.
    pub(crate) fn get<'a>() -> &'a Current {
        let current = CURRENT.get();
        assert!(!current.is_null(), "only a process can do this, and no simulated one runs on this thread just now");
        // SAFETY: it lies in the same `Code` as the coroutine that is running, which owns both until that has ended. What asks for
        // it is a call by that coroutine, and over, or suspended with it, by then.
        unsafe { &*current }
    }

    /// As [`Current::get`], for who may be anywhere.
    fn find<'a>() -> Option<&'a Current> {
        (!CURRENT.get().is_null() && !OUTSIDE.get()).then(Current::get)
    }

    pub(crate) fn who(&self) -> ProcessId {
        self.who
    }

    /// Looks into the world, without a call of the runtime.
    pub(crate) fn with<R>(&self, act: impl FnOnce(&mut Kernel, ProcessId) -> R) -> R {
        act(&mut self.kernel.borrow_mut(), self.who)
    }

    /// A call of the runtime that does not wait. One by a destructor of a process that is no more does nothing.
    pub(crate) fn call<R: Default>(&self, what: What<'_>, act: impl FnOnce(&mut Kernel, ProcessId) -> R) -> R {
        if panicking() {
            return R::default();
        }
        self.announce(what);
        let result = self.with(act);
        if what.may_be_interleaved() {
            self.let_others_in();
        }
        result
    }

    pub(crate) fn receive(&self, tags: &[i64]) -> Arrival {
        self.announce(What::Receive);
        loop {
            let mail = self.with(|kernel, this| kernel.process(this).take_mail(tags));
            match mail {
                Some(Mail::Data { tag, bytes }) => {
                    self.with(|kernel, this| kernel.process(this).received = bytes);
                    return Arrival::Data(tag);
                }
                Some(Mail::LinkDied(tag)) => return Arrival::LinkDied(tag),
                Some(Mail::Down(id)) => return Arrival::Down(id),
                None => {
                    self.with(|kernel, this| kernel.process(this).stage = Stage::Waits(tags.to_vec()));
                    self.leave(Left::ToWait);
                }
            }
        }
    }

    pub(crate) fn sleep(&self, for_ms: u64) {
        self.announce(What::Sleep(for_ms));
        self.with(|kernel, this| {
            kernel.wake_later(this, for_ms);
            kernel.process(this).stage = Stage::Sleeps;
        });
        self.leave(Left::ToWait);
    }

    pub(crate) fn exit_failed(&self) -> ! {
        self.announce(What::End { failed: true });
        resume_unwind(Box::new(ExitFailed))
    }

    /// Counts a call and asks what becomes of it.
    fn announce(&self, what: What<'_>) {
        let (watch, call) = self.with(|kernel, who| {
            kernel.calls += 1;
            let at_ms = kernel.passed_ms;
            let process = kernel.living.get_mut(&who).expect("whoever runs lives");
            process.calls += 1;
            let (kind, nth) = (process.kind, process.calls);
            let nth_of_kind = kernel.calls_by_kind.entry(kind).or_default();
            *nth_of_kind += 1;
            let nth_of_kind = *nth_of_kind;
            let watch = kernel.watch.take();
            let target = watch.as_ref().and_then(|_| what.target());
            let target_kind = target.and_then(|target| kernel.living.get(&target)).map(|target| target.kind);
            (watch, HostCall { at_ms, who, kind, nth, nth_of_kind, what, target_kind })
        });
        if self.with(|kernel, _| kernel.calls > kernel.options.calls_max) {
            self.leave(Left::ForGood);
        }
        let Some(mut watch) = watch else { return };
        let fate = self.outside(|| watch(&call));
        self.with(|kernel, _| {
            // Unless the watch has put another in its own place.
            kernel.watch.get_or_insert(watch);
        });
        match fate {
            Fate::GoesOn => {}
            Fate::IsKilled => resume_unwind(Box::new(Killed)),
        }
    }

    fn let_others_in(&self) {
        let others = self.with(|kernel, _| kernel.runnable.len());
        if others == 0 {
            return;
        }
        let choice = Choice::PreEmpt { who: self.who, others };
        if self.outside(|| self.with(|kernel, _| kernel.choices.ask(&choice))) == 1 {
            self.leave(Left::ForOthers);
        }
    }

    /// Runs the test's own code. Its panic is not the process's.
    fn outside<R>(&self, act: impl FnOnce() -> R) -> R {
        let before = OUTSIDE.replace(true);
        let result = catch_unwind(AssertUnwindSafe(act));
        OUTSIDE.set(before);
        result.unwrap_or_else(|panic| {
            self.broken.replace(Some(panic));
            self.leave(Left::ForGood);
            unreachable!("a run that has ended for good is entered to die only")
        })
    }

    fn leave(&self, why: Left) {
        let way = self.way.get().expect("whoever runs has a way out");
        // SAFETY: the yielder lives on the coroutine's own stack, on which we are.
        let entered = unsafe { &*way }.suspend(why);
        if entered == Entered::ToDie {
            resume_unwind(Box::new(Killed));
        }
    }
}

/// The whole life of a process, on its own stack.
pub(super) fn live(way: &Way, typed: fn(usize), entry: usize) -> Ending {
    Current::get().way.set(Some(ptr::from_ref(way)));
    let end = catch_unwind(AssertUnwindSafe(|| {
        typed(entry);
        Current::get().announce(What::End { failed: false });
    }));
    let panic = match end {
        Ok(()) => return Ending::Normal,
        Err(payload) if payload.is::<Killed>() => return Ending::Killed,
        Err(payload) if payload.is::<ExitFailed>() => return Ending::Failed,
        Err(_) => PANIC.take().unwrap_or_else(|| "no message".to_owned()),
    };
    let tell = Current::get().with(|kernel, this| kernel.process(this).on_panic.take());
    let told = catch_unwind(AssertUnwindSafe(|| {
        if let Some(tell) = tell {
            tell(panic.clone());
        }
    }));
    if told.is_ok() { Ending::Panicked(panic) } else { Ending::Killed }
}

/// From here on the panics of processes are kept, not printed; all others are printed as before.
pub(super) fn keep_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let print = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| match Current::find() {
            Some(_) => PANIC.set(Some(describe(panic))),
            None => print(panic),
        }));
    });
}

/// Does something in the world of the process that runs here, if there is one.
pub(super) fn with_world(act: impl FnOnce(&mut Kernel, ProcessId)) {
    if let Some(current) = Current::find() {
        current.with(act);
    }
}
