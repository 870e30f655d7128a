//! LAUNCHER: `umbra check`: whether the settings are good, and what a server with them would need.

use std::process::ExitCode;

use anyhow::{Error, Result, bail};

use crate::capacity::Need;
use crate::cli::{Check, Edge};
use crate::limits::Limits;
use crate::settings;

/// Says what a server would do, and starts none.
///
/// # Errors
/// If the settings are not good: the sentence names what is wrong and what is expected.
pub fn check(check: &Check) -> Result<ExitCode> {
    let loaded = settings::load(check.settings.as_deref())?;
    let tls = loaded.settings.tls();
    match (tls, check.edge) {
        (Some((certificate, key)), Edge::Native) => umbra_edge::check_tls(certificate, key).map_err(Error::msg)?,
        (Some(_), Edge::Guest) => bail!("tls_certificate is set, which takes a native edge, expected --edge native"),
        (None, Edge::Native | Edge::Guest) => {}
    }
    match &loaded.file {
        Some(file) => println!("{} is good", file.display()),
        None => println!("no umbra.toml here: defaults and the environment"),
    }
    let settings = &loaded.settings;
    println!("address: {}", settings.bind);
    if let Some((certificate, key)) = tls {
        println!("TLS: with {} and {}, which go together", certificate.display(), key.display());
    }
    println!("users: {} at most; rooms: {} at most", settings.users_max, settings.rooms_max);
    for line in Need::new(settings, check.edge).against(&Limits::of_this_machine()) {
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}
