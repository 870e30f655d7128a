//! TESTS of the fault kit on a whole server: what the kit says of a real match, undisturbed and disturbed.

mod matches;
mod network;

use std::sync::LazyLock;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use umbra_faults::live::Arena;

/// The server that these tests share; nobody here ends a process that all matches need.
fn arena() -> &'static Arena {
    static SHARED: LazyLock<Arena> = LazyLock::new(Arena::start);
    &SHARED
}

/// Does this with one of the processors that this thread may use; what is started inherits that.
fn on_one_processor<T>(start: impl FnOnce() -> T) -> T {
    let allowed = sched_getaffinity(None).expect("the system says it");
    let first = (0..CpuSet::MAX_CPU).find(|processor| allowed.is_set(*processor)).expect("this runs on one");
    let mut one = CpuSet::new();
    one.set(first);
    sched_setaffinity(None, &one).expect("it is allowed");
    let started = start();
    sched_setaffinity(None, &allowed).expect("it was so before");
    started
}
