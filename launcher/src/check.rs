//! LAUNCHER: `umbra check`: whether the settings are good, and what a server with them would need.

use std::process::ExitCode;

use anyhow::Result;

use crate::capacity::Need;
use crate::cli::Check;
use crate::limits::Limits;
use crate::settings;

/// Says what a server would do, and starts none.
///
/// # Errors
/// If the settings are not good: the sentence names what is wrong and what is expected.
pub fn check(check: &Check) -> Result<ExitCode> {
    let loaded = settings::load(check.settings.as_deref())?;
    match &loaded.file {
        Some(file) => println!("{} is good", file.display()),
        None => println!("no umbra.toml here: defaults and the environment"),
    }
    let settings = &loaded.settings;
    println!("address: {}", settings.bind);
    println!("users: {} at most; rooms: {} at most", settings.users_max, settings.rooms_max);
    for line in Need::new(settings, check.edge).against(&Limits::of_this_machine()) {
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}
