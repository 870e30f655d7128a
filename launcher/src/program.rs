//! LAUNCHER: a program file, compiled.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use umbra_runtime::{Module, Runtime};

/// Reads a file and compiles it.
pub fn compile(runtime: &Runtime, file: &Path) -> Result<Module> {
    let bytes = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    runtime.compile(&bytes).with_context(|| format!("{} cannot be run", file.display()))
}
