//! LAUNCHER: the server's settings, read as the guest will read them, so that what is wrong is said before anything starts.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use umbra_machine::settings::{self, ConfigError, Settings};

/// What is read where no file is named, if it is there.
const DEFAULT_FILE: &str = "umbra.toml";
/// Tells the guest of another file.
const VARIABLE: &str = "UMBRA_SETTINGS";

/// Settings, and how the guest comes by the same.
pub struct Loaded {
    /// What they are.
    pub settings: Settings,
    /// The file they were read from, if there was one.
    pub file: Option<PathBuf>,
    /// Variables for the guest: this program's own, and the file's name if it is another than usual.
    pub variables: Vec<(String, String)>,
    /// Directories for the guest: the current one, and that of the file.
    pub directories: Vec<String>,
}

/// Reads a named file, or `umbra.toml` if it is there, and the environment, which wins.
///
/// # Errors
/// A sentence for the operator, which names the setting and what is expected.
pub fn load(named: Option<&Path>) -> Result<Loaded> {
    let variables: Vec<(String, String)> = env::vars_os().map(|(name, text)| (lossy(name), lossy(text))).collect();
    let mut loaded = Loaded {
        settings: Settings::default(),
        file: named.map(Path::to_path_buf),
        variables,
        directories: vec![".".to_owned()],
    };
    let text = match named {
        Some(file) => Some(fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?),
        None => match fs::read_to_string(DEFAULT_FILE) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(ConfigError::Unreadable(error.to_string()).into()),
        },
    };
    let settings = settings::load(text.as_deref(), loaded.variables.iter().cloned());
    // The sentence says umbra.toml of any file.
    loaded.settings = match named {
        Some(file) => settings.with_context(|| file.display().to_string())?,
        None => settings?,
    };
    match named {
        Some(file) => loaded.hand_on(file)?,
        None => loaded.file = text.map(|_| DEFAULT_FILE.into()),
    }
    Ok(loaded)
}

impl Loaded {
    /// The guest sees no directory but those it is given.
    fn hand_on(&mut self, file: &Path) -> Result<()> {
        let file = fs::canonicalize(file)?;
        let folder = file.parent().context("a file lies in a directory")?;
        let utf8 =
            |path: &Path| path.to_str().map(str::to_owned).ok_or_else(|| anyhow!("{} is not UTF-8", path.display()));
        self.directories.push(utf8(folder)?);
        self.variables.retain(|(name, _)| name != VARIABLE);
        self.variables.push((VARIABLE.to_owned(), utf8(&file)?));
        Ok(())
    }
}

/// What is not UTF-8 cannot be a good value either: with its marks of replacement it is refused like any other.
fn lossy(text: OsString) -> String {
    text.to_string_lossy().into_owned()
}
