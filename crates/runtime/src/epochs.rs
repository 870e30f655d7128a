//! RUNTIME: the engine's clock: a process that computes for longer than one of its epochs lets others have its thread, and
//! can be killed then.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use wasmtime::Engine;

/// How long an epoch lasts: short enough that nobody waits for it, long enough that counting costs nothing.
const EPOCH: Duration = Duration::from_millis(4);

/// Counts an engine's epochs for as long as it, or a copy of it, is kept.
#[derive(Clone)]
pub(crate) struct Clock(#[expect(dead_code, reason = "is only held")] Arc<()>);

impl Clock {
    /// # Errors
    /// If there is no thread for it.
    pub fn start(engine: Engine) -> io::Result<Self> {
        let held = Arc::new(());
        let (clock, held) = (Self(held.clone()), Arc::downgrade(&held));
        thread::Builder::new().name("epochs".to_owned()).spawn(move || count(&engine, || held.strong_count() > 0))?;
        Ok(clock)
    }
}

fn count(engine: &Engine, is_held: impl Fn() -> bool) {
    while is_held() {
        engine.increment_epoch();
        // Nobody wakes it.
        thread::park_timeout(EPOCH);
    }
}
