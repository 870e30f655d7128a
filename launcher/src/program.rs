//! LAUNCHER: programs, compiled: from a file, or the guest that is inside.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use umbra_runtime::{Module, Runtime};

/// The server's guest, if this program was built with it.
#[cfg(feature = "guest")]
const INSIDE: Option<&[u8]> = Some(include_bytes!(concat!(env!("OUT_DIR"), "/umbra.wasm")));
#[cfg(not(feature = "guest"))]
const INSIDE: Option<&[u8]> = None;

/// Compiles a file.
///
/// # Errors
/// If it cannot be read, or is no program.
pub fn compile(runtime: &Runtime, file: &Path) -> Result<Module> {
    let bytes = read(file)?;
    runtime.compile(&bytes).with_context(|| format!("{} cannot be run", file.display()))
}

/// Compiles the guest: the one in the file, or the one inside; or takes it from where it was put the last time.
///
/// # Errors
/// If there is none inside, or the file cannot be read, or is no program.
pub fn guest(runtime: &Runtime, file: Option<&Path>) -> Result<Module> {
    let (bytes, name) = match file {
        Some(file) => (read(file)?.into(), file.display().to_string()),
        None => {
            let inside = INSIDE.context("this program was built without a guest inside: name one with --guest")?;
            (std::borrow::Cow::Borrowed(inside), "the guest inside".to_owned())
        }
    };
    let compiled = match folder() {
        Some(folder) => runtime.compile_once(&bytes, &folder),
        None => runtime.compile(&bytes),
    };
    compiled.with_context(|| format!("{name} cannot be run"))
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
}

/// Where compiled guests are kept, if this user has a place for such things.
fn folder() -> Option<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let caches = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?;
    Some(caches.join("umbra/compiled"))
}
