//! TESTS, bots: the program of bots, beside a server.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// Runs the bots and sees to their end, whatever becomes of the tests: they are killed when the pipe to its standard input closes.
const KEEPER: &str = r#"
"$0" run "$1" </dev/null >&2 &
bots=$!
read -r _
kill -9 "$bots"
"#;

/// Bots that play; dropping them kills them.
#[derive(Debug)]
pub struct Bots {
    keeper: Child,
}

impl Bots {
    /// Starts them with these settings of theirs (`bots/src/settings.rs`).
    ///
    /// # Panics
    /// If the tools are not there.
    pub fn start(settings: &[(&str, &str)]) -> Self {
        let tool = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is set by tools/with-tools.sh"));
        // Beside a server on stock lunatic they run there, and else in the launcher.
        let runtime = match (std::env::var("UMBRA_SERVER"), std::env::var("UMBRA_LUNATIC")) {
            (Ok(server), Ok(lunatic)) if server.contains(&lunatic) => lunatic,
            _ => tool("UMBRA_LAUNCHER"),
        };
        let program = PathBuf::from(tool("UMBRA_WASM")).with_file_name("umbra-bots.wasm");
        assert!(program.is_file(), "{} is not built", program.display());
        let folder = std::env::temp_dir();
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER]).arg(runtime).arg(program).current_dir(folder);
        command.envs(settings.iter().copied()).env("RUST_BACKTRACE", "0").env("RUST_LOG", "error");
        let keeper = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a shell can be started");
        Self { keeper }
    }
}

impl Drop for Bots {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // It ends at once; its status says nothing.
        let _ = self.keeper.wait();
    }
}
