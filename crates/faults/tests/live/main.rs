//! TESTS of the fault kit on a whole server: what the kit says of a real match, undisturbed and disturbed.

mod matches;
mod network;

use std::sync::LazyLock;

use rustix::thread::{CpuSet, Pid, sched_getaffinity, sched_setaffinity};
use umbra_faults::live::Arena;

/// The server that these tests share; nobody here ends a process that all matches need.
fn arena() -> &'static Arena {
    static SHARED: LazyLock<Arena> = LazyLock::new(Arena::start);
    &SHARED
}

/// An arena whose server has one of the processors that this thread may use.
fn on_one_processor() -> Arena {
    let allowed = sched_getaffinity(None).expect("the system says it");
    let first = (0..CpuSet::MAX_CPU).find(|processor| allowed.is_set(*processor)).expect("this runs on one");
    let mut one = CpuSet::new();
    one.set(first);
    sched_setaffinity(None, &one).expect("it is allowed");
    // What is started inherits that.
    let arena = Arena::start();
    sched_setaffinity(None, &allowed).expect("it was so before");
    let server = Pid::from_raw(arena.server().pid().cast_signed());
    assert_eq!(sched_getaffinity(server).expect("it runs").count(), 1, "processors of the server");
    arena
}
