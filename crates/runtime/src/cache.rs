//! RUNTIME: compiled programs, kept in a folder, so that a second start takes no time for it.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use wasmtime::{Engine, Module};

use crate::Tuning;

/// How many programs are kept: the one that was used last and those before it.
const KEPT: usize = 8;
const ENDING: &str = "cwasm";

/// Compiles a program, or finds it compiled. What goes wrong with the folder only costs time, and is logged as a hint.
///
/// # Errors
/// Those of compiling.
pub(crate) fn compile(engine: &Engine, tuning: &Tuning, bytes: &[u8], folder: &Path) -> Result<Module> {
    let file = folder.join(name_of(tuning, bytes));
    if file.exists() {
        // SAFETY: only this program writes there, into a folder of this user's, and puts whole files in by one rename;
        // what was made by another version, or for another machine, is refused.
        match unsafe { Module::deserialize_file(engine, &file) } {
            Ok(module) => {
                note_use(&file);
                return Ok(module);
            }
            Err(why) => log::info!("{} is of no use and made anew: {why:#}", file.display()),
        }
    }
    let module = Module::new(engine, bytes)?;
    if let Err(why) = keep(&module, &file, folder) {
        log::info!("the compiled program is not kept in {}: {why:#}", folder.display());
    }
    Ok(module)
}

/// Says which program it is and for which tuning it was compiled. For which machine and by which version of the compiler,
/// the file itself says.
fn name_of(tuning: &Tuning, bytes: &[u8]) -> String {
    let mut digest = Sha256::new();
    digest.update(format!("{tuning:?}"));
    digest.update(bytes);
    let digest: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{digest}.{ENDING}")
}

fn keep(module: &Module, file: &Path, folder: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let unfinished = file.with_extension(std::process::id().to_string());
    fs::write(&unfinished, module.serialize()?)?;
    fs::rename(&unfinished, file)?;
    forget_the_oldest(folder).context("old ones cannot be removed")
}

fn forget_the_oldest(folder: &Path) -> Result<()> {
    let mut all: Vec<(SystemTime, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == ENDING) {
            all.push((fs::metadata(&path)?.modified()?, path));
        }
    }
    all.sort();
    for (_, path) in all.iter().rev().skip(KEPT) {
        fs::remove_file(path)?;
    }
    Ok(())
}

/// The time of the last use is the file's own.
fn note_use(file: &Path) {
    let noted = File::options().append(true).open(file).and_then(|file| file.set_modified(SystemTime::now()));
    if let Err(why) = noted {
        log::info!("{} was used, which cannot be noted: {why}", file.display());
    }
}
