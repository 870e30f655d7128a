//! TWINS, settings: reading a file and an environment against the table, refusing whatever is not exactly right.

use std::path::Path;

use toml::de::{DeTable, DeValue, Error};

use super::error::{ConfigError, Source};
use super::table::{ROWS, Row, Settings};

/// What every variable of the server starts with.
const PREFIX: &str = "UMBRA_";

/// Variables of that prefix that say where the settings are, or belong to the tools around the server, which pass their
/// environment on to it.
/// `tools/setup/locate.sh` has the list too.
const OF_THE_TOOLS: [&str; 7] = [
    "UMBRA_SETTINGS",
    "UMBRA_WASM",
    "UMBRA_LUNATIC",
    "UMBRA_LAUNCHER",
    "UMBRA_SERVER",
    "UMBRA_CHROMIUM",
    "UMBRA_TOOLCHAIN",
];

/// The settings that `toml_text` (the text of `umbra.toml`, if there is one) and the variables give; a variable wins.
///
/// Variables whose names do not start with `UMBRA_` are none of ours. Everything else has to be known, of the right
/// type and in range: a typing error that is passed over is a setting the operator believes in and does not have.
pub fn load(
    toml_text: Option<&str>,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Settings, ConfigError> {
    let mut settings = Settings::default();
    if let Some(text) = toml_text {
        read_file(&mut settings, text)?;
    }
    for (name, text) in environment {
        read_variable(&mut settings, &name, &text)?;
    }
    whole(settings)
}

/// Each setting is right by itself; and together?
fn whole(settings: Settings) -> Result<Settings, ConfigError> {
    let is_set = |path: &Path| !path.as_os_str().is_empty();
    match (is_set(&settings.tls_certificate), is_set(&settings.tls_key)) {
        (true, false) => Err(ConfigError::Alone { name: "tls_certificate", missing: "tls_key" }),
        (false, true) => Err(ConfigError::Alone { name: "tls_key", missing: "tls_certificate" }),
        (true, true) | (false, false) => Ok(settings),
    }
}

fn read_file(settings: &mut Settings, text: &str) -> Result<(), ConfigError> {
    let table = DeTable::parse(text).map_err(|error| not_toml(text, &error))?;
    for (key, value) in table.get_ref() {
        let (key, value) = (key.get_ref().as_ref(), value.get_ref());
        let unknown = || ConfigError::Unknown { name: key.to_owned(), from: Source::File };
        let row = ROWS.iter().find(|row| row.key == key).ok_or_else(unknown)?;
        if row.set_from_file(settings, value).is_none() {
            return Err(refused(row, key.to_owned(), in_one_line(value), Source::File));
        }
    }
    Ok(())
}

fn read_variable(settings: &mut Settings, name: &str, text: &str) -> Result<(), ConfigError> {
    let Some(key) = name.strip_prefix(PREFIX) else {
        return Ok(());
    };
    if OF_THE_TOOLS.contains(&name) {
        return Ok(());
    }
    // Exactly the upper-case spelling: two spellings of one setting would leave open which of them wins.
    let row = ROWS.iter().find(|row| row.key.to_ascii_uppercase() == key);
    let row = row.ok_or_else(|| ConfigError::Unknown { name: name.to_owned(), from: Source::Environment })?;
    if row.set_from_variable(settings, text).is_some() {
        Ok(())
    } else {
        Err(refused(row, name.to_owned(), format!("{text:?}"), Source::Environment))
    }
}

fn refused(row: &Row, name: String, value: String, from: Source) -> ConfigError {
    let value = if row.shown { value } else { "a secret that is not shown here".to_owned() };
    ConfigError::Refused { name, value, expected: row.expected(), from }
}

/// Tables and arrays are wrong wherever they stand; naming their kind is clearer than repeating them.
fn in_one_line(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("{text:?}"),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(_) => "a date".to_owned(),
        DeValue::Array(_) => "an array".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// The parser's own message spans lines and quotes the file, which may hold a secret.
fn not_toml(text: &str, error: &Error) -> ConfigError {
    let start = error.span().map_or(0, |span| span.start);
    let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
    ConfigError::Unreadable(format!("line {line}: {}", error.message().replace('\n', ", ")))
}

#[cfg(test)]
mod tests;
