//! FAULTS, live: a server: the built guest on a real runtime, each in an empty folder and on a free port.

use std::fs;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::log::Log;

/// How long a server may take to come up: the runtime compiles the guest first.
const START: Duration = Duration::from_secs(120);

/// Runs the server and sees to its end, whatever becomes of the tests: when the pipe to its standard input closes, because
/// [`Server`] is dropped or because the whole test program is gone, the server is killed. The first line is the server's number,
/// said before it starts, lest it get into the middle of a line of the server's.
const KEEPER: &str = r#"
exec 3<&0
sh -c 'echo "pid $$"; eval "exec $0"' "$0" </dev/null 2>&1 3<&- &
server=$!
{ read -r _; kill -9 "$server"; } <&3 3<&- >/dev/null 2>&1 &
guard=$!
exec 3<&-
wait "$server"
kill "$guard"
"#;

/// Signs the tokens of the game's own backend.
pub const JWT_SECRET: &str = "the backend's key, of 32 bytes and more";
/// Opens `/admin`.
pub const ADMIN_TOKEN: &str = "the operator's token";

/// A running server; dropping it kills it.
#[derive(Debug)]
pub struct Server {
    addr: String,
    start: Start,
}

/// A server process, on its way up or refusing to come up.
#[derive(Debug)]
pub struct Start {
    keeper: Child,
    log: Log,
    /// Goes with it.
    _folder: TempDir,
}

impl Start {
    /// Starts the runtime with these settings as variables, and `toml` as `umbra.toml`, if it is given.
    ///
    /// # Panics
    /// If nothing says how a server is started.
    pub fn new(settings: &[(&str, &str)], toml: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        if let Some(text) = toml {
            fs::write(folder.path().join("umbra.toml"), text).expect("a file can be written to a new folder");
        }
        let mut command = Command::new("sh");
        command.arg("-c").arg(KEEPER).arg(server_command());
        // With back traces on, every message between processes costs ten times as much.
        command.current_dir(folder.path()).env_clear().env("RUST_BACKTRACE", "0");
        // Where a launcher keeps what it has compiled: without it every server would compile the guest.
        command.envs(["HOME", "XDG_CACHE_HOME"].iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.envs(settings.iter().map(|(key, value)| (format!("UMBRA_{}", key.to_uppercase()), value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut keeper = command.spawn().expect("there is a shell");
        let output = keeper.stdout.take().expect("the output is a pipe");
        Self { keeper, log: Log::follow(output), _folder: folder }
    }

    /// What it prints.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// What the server itself has printed.
    pub fn said(&self) -> Vec<String> {
        self.log.lines().into_iter().filter(|line| !line.starts_with("pid ")).collect()
    }

    /// The runtime's process id.
    pub fn pid(&self) -> u32 {
        let pid = self.log.find(START, |line| line.strip_prefix("pid ")?.parse().ok());
        pid.expect("the first line names the process")
    }
}

impl Drop for Start {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // It has nothing left to do but to end.
        let _ = self.keeper.wait();
    }
}

impl Server {
    /// Starts a server with default settings but for these, a free port, [`JWT_SECRET`] and [`ADMIN_TOKEN`]; returns when
    /// it is ready.
    ///
    /// # Panics
    /// If it does not come up, with what it printed.
    pub fn with_settings(settings: &[(&str, &str)]) -> Self {
        let own = [("bind", "127.0.0.1:0"), ("jwt_secret", JWT_SECRET), ("admin_token", ADMIN_TOKEN)];
        Self::ready(Start::new(&[&own, settings].concat(), None))
    }

    /// Starts a server whose processes may be ended as often as one likes, with these settings besides. Its port is fixed,
    /// as its listener is to take it again.
    ///
    /// # Panics
    /// As [`Server::with_settings`].
    pub fn mortal(settings: &[(&str, &str)]) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
        let free = free.to_string();
        let own = [("bind", free.as_str()), ("chaos", "1"), ("restarts_max", "1000")];
        Self::with_settings(&[&own, settings].concat())
    }

    /// Waits until a server that was started is ready.
    ///
    /// # Panics
    /// As [`Server::with_settings`].
    pub fn ready(start: Start) -> Self {
        let ready = |line: &str| {
            let address = line.strip_prefix("Umbra is ready: open http://")?;
            address.strip_suffix('/').map(str::to_owned)
        };
        match start.log.find(START, ready) {
            Some(addr) => Self { addr, start },
            None => panic!("the server is not ready after {START:?}; it said {:#?}", start.said()),
        }
    }

    /// `host:port`.
    pub fn addr(&self) -> &str {
        &self.addr
    }

    /// Where WebSockets are opened.
    pub fn url(&self) -> String {
        format!("ws://{}/ws", self.addr)
    }

    /// What it prints.
    pub fn log(&self) -> &Log {
        self.start.log()
    }

    /// What it has printed, as a list of lines.
    pub fn said(&self) -> Vec<String> {
        self.start.said()
    }

    /// Memory mappings of the runtime: several for each process on it, and the only count of those that can be seen from
    /// outside.
    pub fn mappings(&self) -> usize {
        let maps = fs::read_to_string(format!("/proc/{}/maps", self.pid()));
        maps.expect("the server runs").lines().count()
    }

    /// The runtime's process.
    pub fn pid(&self) -> u32 {
        self.start.pid()
    }

    /// Open file descriptors of the runtime: one for each connection, and a few of its own.
    pub fn descriptors(&self) -> usize {
        let open = fs::read_dir(format!("/proc/{}/fd", self.pid()));
        open.expect("the server runs").count()
    }
}

fn server_command() -> String {
    std::env::var("UMBRA_SERVER").unwrap_or_else(|_| {
        panic!(
            "UMBRA_SERVER is not set, the command line that starts a server: `make test` and tools/with-tools.sh set it"
        )
    })
}
