//! TESTS, launcher: the built program, called as people, Cargo and systems call it.

mod checking;
mod running;
mod serving;
mod testing;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use tempfile::TempDir;

/// The program with these arguments, in an empty folder and without an environment.
struct Umbra {
    folder: TempDir,
    command: Command,
}

/// How it ended.
struct Ended {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Umbra {
    fn new(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut command = Command::new(env!("CARGO_BIN_EXE_umbra"));
        command.args(arguments).current_dir(folder.path()).env_clear();
        // Compiling the guest is no part of what is tested, once it has been done.
        command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"));
        Self { folder, command }
    }

    /// With a file in its folder.
    fn file(self, name: &str, text: &str) -> Self {
        fs::write(self.folder.path().join(name), text).expect("a file can be written");
        self
    }

    /// With a variable.
    fn var(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    fn end(mut self) -> Ended {
        Ended::of(self.command.output().expect("the program starts"))
    }
}

impl Ended {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self { status: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// The server's own guest.
fn guest() -> PathBuf {
    let file = std::env::var_os("UMBRA_WASM").expect("UMBRA_WASM names the built guest: tools/with-tools.sh sets it");
    PathBuf::from(file)
}
