//! Time: the only two places that read a clock, and the one that waits for it. Pure parts take `now_ms` as an argument; shells take it from here.

use std::time::Duration;

use crate::host;

/// Unix time in milliseconds: for people and for other nodes. May jump.
pub fn now_ms() -> u64 {
    host::now_ms()
}

/// Milliseconds since this process first asked: for deadlines. Never goes back, and means nothing to another process.
pub fn monotonic_ms() -> u64 {
    host::monotonic_ms()
}

/// Suspends this process, to the millisecond. It can be killed meanwhile; what is sent to it waits.
pub fn sleep(duration: Duration) {
    host::sleep(duration);
}
