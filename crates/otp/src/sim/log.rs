//! What processes of a world log: kept with who said it, instead of being printed.

use std::fmt;
use std::sync::Once;

pub use lunatic_log::{Level, LevelFilter};
use lunatic_log::{Log, Metadata, Record};

use super::current;
use crate::ProcessId;

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// When, as [`World::passed_ms`](crate::sim::World::passed_ms).
    pub at_ms: u64,
    /// Who.
    pub who: ProcessId,
    /// How grave.
    pub level: Level,
    /// What.
    pub text: String,
}

impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms: {} {}: {}", self.at_ms, self.who, self.level, self.text)
    }
}

/// Brings each line to the world of the process that says it.
struct ToTheWorld;

impl Log for ToTheWorld {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let level = record.level();
        let mut wanted = false;
        current::with_world(|kernel, _| wanted = level <= kernel.options.log_level);
        if wanted {
            // Made while the world is not held: what is logged may itself make calls.
            let text = record.args().to_string();
            current::with_world(|kernel, who| {
                let at_ms = kernel.passed_ms;
                kernel.log.push(LogLine { at_ms, who, level, text });
            });
        }
    }

    fn flush(&self) {}
}

/// From here on worlds have a log, unless the program has another one already.
pub(super) fn keep_lines() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if lunatic_log::set_logger(&ToTheWorld).is_ok() {
            lunatic_log::set_max_level(LevelFilter::Trace);
        }
    });
}
