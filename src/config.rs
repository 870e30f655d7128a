//! SHELL: the settings of this start, out of the current directory and the environment.
//!
//! What may stand there is decided by the twin, [`umbra_machine::settings`]; here it is only fetched.

use std::io::ErrorKind;

use umbra_machine::settings::{self, ConfigError, Settings};

const FILE: &str = "umbra.toml";
/// Names another file, which then has to be there.
const NAMED: &str = "UMBRA_SETTINGS";

/// Reads `umbra.toml`, if there is one, and the environment, which wins. On an error, print it and start nothing.
///
/// Only the root process can call this: the others are started without a directory and without an environment.
pub fn load() -> Result<Settings, ConfigError> {
    let named = std::env::var_os(NAMED);
    let text = match std::fs::read_to_string(named.as_deref().unwrap_or(FILE.as_ref())) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == ErrorKind::NotFound && named.is_none() => None,
        Err(error) => return Err(ConfigError::Unreadable(error.to_string())),
    };
    let variables = std::env::vars_os();
    // What is not UTF-8 cannot be a good value either: with its marks of replacement it is refused like any other.
    let variables =
        variables.map(|(name, text)| (name.to_string_lossy().into_owned(), text.to_string_lossy().into_owned()));
    settings::load(text.as_deref(), variables)
}
