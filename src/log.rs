//! What the server says about itself: lines with user, room and reason, at the level of `log_level`.
//!
//! A line costs a message to the logging process even when its level is not written, so lines about single users and
//! rooms go through [`debug`], which first asks whether anybody will read them.

use std::cell::Cell;

use umbra_machine::settings::LogLevel;

thread_local! {
    static LEVEL: Cell<LogLevel> = const { Cell::new(LogLevel::Info) };
}

/// Starts the logging process. Once, in `main`. (A simulated runtime keeps lines by itself.)
#[cfg(target_arch = "wasm32")]
pub fn init(level: LogLevel) {
    use lunatic_log::LevelFilter;
    use lunatic_log::subscriber::fmt::FmtSubscriber;

    let filter = match level {
        LogLevel::Error => LevelFilter::Error,
        LogLevel::Warn => LevelFilter::Warn,
        LogLevel::Info => LevelFilter::Info,
        LogLevel::Debug => LevelFilter::Debug,
        LogLevel::Trace => LevelFilter::Trace,
    };
    lunatic_log::init(FmtSubscriber::new(filter).with_level(true).with_time(true));
    set_level(level);
}

/// What this process logs at most. Every process has a memory of its own, so each is told when it starts.
pub fn set_level(level: LogLevel) {
    LEVEL.set(level);
}

/// A line about one user, room or connection.
pub fn debug(line: impl FnOnce() -> String) {
    if LEVEL.get() >= LogLevel::Debug {
        lunatic_log::debug!("{}", line());
    }
}
