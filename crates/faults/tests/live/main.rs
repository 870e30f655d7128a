//! TESTS of the fault kit on a whole server: what the kit says of a real match, undisturbed and disturbed.

mod matches;
mod network;

use std::sync::LazyLock;

use umbra_faults::live::Arena;

/// The server that these tests share; nobody here ends a process that all matches need.
fn arena() -> &'static Arena {
    static SHARED: LazyLock<Arena> = LazyLock::new(Arena::start);
    &SHARED
}
