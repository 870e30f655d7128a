//! One simulated process: what the runtime knows of it, and the coroutine in which its code runs.

use std::collections::{BTreeMap, VecDeque};

use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, CoroutineResult, Yielder};

use crate::entrance::Entry;
use crate::exit::Parent;
use crate::sim::current::{self, Current};
use crate::sim::deaths::Ending;
use crate::{ChildTag, ProcessId};

/// What waits in a mailbox.
pub(crate) enum Mail {
    Data { tag: i64, bytes: Vec<u8> },
    LinkDied(ChildTag),
    Down(ProcessId),
}

/// What a process is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It can run: it is new, what it waited for is there, or others got in.
    Ready,
    /// It is running, or somebody got in after a call of its.
    AtWork,
    /// It waits for mail with one of these tags; for any, if there are none.
    Waits(Vec<i64>),
    /// It waits for the timer with this number.
    Sleeps,
    /// A port: nothing runs in it.
    Port,
}

pub(crate) struct Process {
    pub(crate) kind: &'static str,
    pub(crate) stage: Stage,
    pub(crate) code: Option<Code>,
    pub(crate) may_spawn: bool,
    pub(crate) mailbox: VecDeque<Mail>,
    /// The message that was received last.
    pub(crate) received: Vec<u8>,
    /// With whom it fails or of whose failure it hears, and under which tag.
    pub(crate) links: BTreeMap<ProcessId, ChildTag>,
    pub(crate) hears_of_links: bool,
    /// Who is told of its end, with the number of times that this process had waited when that began.
    pub(crate) monitors: BTreeMap<ProcessId, u64>,
    pub(crate) waits: u64,
    /// It is to die: it was killed, or a link failed.
    pub(crate) doomed: bool,
    pub(crate) queued: bool,
    pub(crate) calls: u64,
    pub(crate) tags: i64,
    pub(crate) parent: Option<Parent>,
    pub(crate) on_panic: Option<fn(String)>,
}

impl Process {
    pub(crate) fn new(kind: &'static str, may_spawn: bool, code: Option<Code>) -> Self {
        Process {
            kind,
            stage: if code.is_some() { Stage::Ready } else { Stage::Port },
            code,
            may_spawn,
            mailbox: VecDeque::new(),
            received: Vec::new(),
            links: BTreeMap::new(),
            hears_of_links: false,
            monitors: BTreeMap::new(),
            waits: 0,
            doomed: false,
            queued: false,
            calls: 0,
            // Where lunatic begins to count, too.
            tags: 128,
            parent: None,
            on_panic: None,
        }
    }

    /// Whether this mail would wake it.
    pub(crate) fn waits_for(&self, mail: &Mail) -> bool {
        match &self.stage {
            Stage::Waits(tags) => is_among(mail, tags),
            Stage::Ready | Stage::AtWork | Stage::Sleeps | Stage::Port => false,
        }
    }

    /// Takes the first mail with one of these tags; the first of all, if there are none.
    pub(crate) fn take_mail(&mut self, tags: &[i64]) -> Option<Mail> {
        let at = self.mailbox.iter().position(|mail| is_among(mail, tags))?;
        self.mailbox.remove(at)
    }
}

fn is_among(mail: &Mail, tags: &[i64]) -> bool {
    let tag = match mail {
        Mail::Data { tag, .. } => *tag,
        Mail::LinkDied(tag) => tag.0,
        Mail::Down(_) => 0,
    };
    tags.is_empty() || tags.contains(&tag)
}

/// How a coroutine is entered again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entered {
    ToGoOn,
    /// Its stack is unwound, so that its memory is not lost. Its destructors run then, which no destructor does on lunatic: their
    /// calls of the runtime are ignored.
    ToDie,
}

/// Why a coroutine was left.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    /// It has to wait.
    ToWait,
    /// Others get in.
    ForOthers,
    /// The run has to end here.
    ForGood,
}

pub(crate) type Way = Yielder<Entered, Left>;

/// The code of a process, between two of its calls or before its first.
pub(crate) struct Code {
    coroutine: Coroutine<Entered, Left, Ending>,
    /// In a box, so that it stays where it is while the process leaves off in the middle of a call.
    current: Box<Current>,
}

impl Code {
    pub(crate) fn new(entry: &Entry, current: Current) -> Self {
        let (typed, entry) = (entry.typed, entry.entry);
        let coroutine = Coroutine::with_stack(stacks::take(), move |way: &Way, _| current::live(way, typed, entry));
        Code { coroutine, current: Box::new(current) }
    }

    /// Runs it until it leaves off or ends. Panics with what a schedule or a watch has panicked with meanwhile.
    pub(crate) fn enter(mut self, how: Entered) -> Result<(Self, Left), Ending> {
        if how == Entered::ToDie && !self.current.has_begun() {
            return Err(Ending::Killed);
        }
        let left = self.current.during(|| self.coroutine.resume(how));
        if let Some(panic) = self.current.take_broken() {
            self.forget();
            std::panic::resume_unwind(panic);
        }
        match left {
            CoroutineResult::Yield(left) => Ok((self, left)),
            CoroutineResult::Return(ending) => {
                stacks::give_back(self.coroutine.into_stack());
                Err(ending)
            }
        }
    }

    /// Drops it without running anything: its memory is lost.
    pub(crate) fn forget(self) {
        // With what its calls need, should its stack be looked at ever again.
        std::mem::forget(self);
    }
}

/// Stacks are used again: making one takes longer than most processes live.
mod stacks {
    use std::cell::RefCell;

    use super::DefaultStack;

    /// As much as a program gets from its main thread on many systems; only what is touched takes memory.
    const STACK_BYTES: usize = 1024 * 1024;
    const KEPT_MAX: usize = 256;

    thread_local! {
        static KEPT: RefCell<Vec<DefaultStack>> = const { RefCell::new(Vec::new()) };
    }

    pub(super) fn take() -> DefaultStack {
        let kept = KEPT.with_borrow_mut(Vec::pop);
        kept.unwrap_or_else(|| DefaultStack::new(STACK_BYTES).expect("there is address space for another stack"))
    }

    pub(super) fn give_back(stack: DefaultStack) {
        KEPT.with_borrow_mut(|kept| {
            if kept.len() < KEPT_MAX {
                kept.push(stack);
            }
        });
    }
}
