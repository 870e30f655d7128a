//! The server that is measured: started here and pinned to a processor of its own, or one that runs already.

use std::fs::File;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use umbra_client::raw;

use crate::cpu;

/// How long a server may take to come up: the runtime compiles the guest first.
const START_TIMEOUT: Duration = Duration::from_secs(120);
/// How often to look whether it is up.
const START_POLL: Duration = Duration::from_millis(50);
/// Limits that a measurement must not run into, and no wider than a large server has them.
pub const SETTINGS: [(&str, &str); 5] = [
    ("UMBRA_MESSAGES_PER_SECOND", "1000000"),
    ("UMBRA_MESSAGES_BURST", "1000000"),
    ("UMBRA_PENDING_ACTIONS_MAX", "10000"),
    ("UMBRA_USERS_MAX", "20000"),
    ("UMBRA_ROOMS_MAX", "5000"),
];

/// A server under measurement; ends with this value if it was started here.
#[derive(Debug)]
pub struct Server {
    addr: String,
    started: Option<Started>,
}

#[derive(Debug)]
struct Started {
    child: Child,
    folder: PathBuf,
}

impl Server {
    /// One that runs already, at `host:port`. Its processor time and memory stay unknown.
    pub fn running(addr: String) -> Self {
        Self { addr, started: None }
    }

    /// Starts `command_line` on a free port, pinned to the first processor that this thread may use.
    ///
    /// # Errors
    /// It does not come up; the message ends with what it printed.
    pub async fn start(command_line: &str) -> Result<Self> {
        let addr = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        // A folder of its own, so that no umbra.toml lies about and its output has a place.
        let folder = std::env::temp_dir().join(format!("umbra-load-{}-{}", std::process::id(), addr.replace(':', "-")));
        std::fs::create_dir_all(&folder)?;
        let output = File::create(folder.join("output.txt"))?;
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("exec {command_line}")])
            .current_dir(&folder)
            .env_clear()
            .envs(SETTINGS)
            .env("UMBRA_BIND", &addr);
        // With back traces on, every message between processes costs ten times as much.
        command.env("RUST_BACKTRACE", "0");
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);

        let child = {
            let allowed = cpu::allowed()?;
            if let [first, others @ ..] = &allowed[..]
                && !others.is_empty()
            {
                // A child inherits where its parent may run at that moment.
                cpu::confine(&[*first])?;
                let child = command.spawn();
                cpu::confine(&allowed)?;
                child
            } else {
                command.spawn()
            }
        };
        let child = child.with_context(|| format!("starting {command_line}"))?;
        let mut server = Self { addr, started: Some(Started { child, folder }) };
        server.wait_until_up().await?;
        Ok(server)
    }

    /// `host:port`.
    pub fn addr(&self) -> &str {
        &self.addr
    }

    /// The process, if it was started here.
    pub fn pid(&self) -> Option<String> {
        self.started.as_ref().map(|started| started.child.id().to_string())
    }

    async fn wait_until_up(&mut self) -> Result<()> {
        let deadline = Instant::now() + START_TIMEOUT;
        while Instant::now() < deadline {
            if raw::get(&self.addr, "/healthz").await.is_ok_and(|response| response.status == 200) {
                return Ok(());
            }
            if let Some(started) = &mut self.started
                && let Some(status) = started.child.try_wait()?
            {
                bail!("the server ended at once ({status}):\n{}", started.output());
            }
            tokio::time::sleep(START_POLL).await;
        }
        let output = self.started.as_ref().map(Started::output).unwrap_or_default();
        bail!("no server answers at {} after {START_TIMEOUT:?}:\n{output}", self.addr)
    }
}

impl Started {
    fn output(&self) -> String {
        std::fs::read_to_string(self.folder.join("output.txt")).unwrap_or_default()
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // It may have ended by itself, and a folder left behind in the temporary one does no harm.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
