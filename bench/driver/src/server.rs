//! DRIVER: a peer that runs, started here and pinned to a processor of its own.

use std::fs::File;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::net::TcpStream;
use umbra_load::cpu;

use crate::peer::Peer;

/// How long a server may take to come up.
const START_TIMEOUT: Duration = Duration::from_secs(120);
/// How often to look whether it is up.
const START_POLL: Duration = Duration::from_millis(20);

/// A server under measurement; ends with this value.
#[derive(Debug)]
pub struct Server {
    addr: String,
    child: Child,
    folder: PathBuf,
}

impl Server {
    /// Starts a peer on a free port and waits until it takes connections. It is pinned to the first processor that this
    /// thread may use, if there are several; this thread goes on to the others.
    ///
    /// # Errors
    /// It does not come up; the message ends with what it printed.
    pub async fn start(peer: Peer, processors: &[usize]) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        // A folder of its own, so that no settings lie about and its output has a place.
        let folder = std::env::temp_dir().join(format!("umbra-bench-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let output = File::create(folder.join("output.txt"))?;
        let mut command = peer.command(port)?;
        if command.get_current_dir().is_none() {
            command.current_dir(&folder);
        }
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        let (own, others) = processors.split_first().context("no processor to run on")?;
        // A child inherits where its parent may run at that moment.
        cpu::confine(&[*own])?;
        let child = command.spawn().with_context(|| format!("starting {:?}", command.get_program()));
        cpu::confine(if others.is_empty() { processors } else { others })?;
        let mut server = Self { addr: format!("127.0.0.1:{port}"), child: child?, folder };
        server.wait_until_up().await.with_context(|| format!("{} did not come up", peer.title()))?;
        Ok(server)
    }

    /// `host:port`.
    pub fn addr(&self) -> &str {
        &self.addr
    }

    /// The process that was started.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    async fn wait_until_up(&mut self) -> Result<()> {
        let deadline = Instant::now() + START_TIMEOUT;
        while Instant::now() < deadline {
            if TcpStream::connect(&self.addr).await.is_ok() {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("it ended at once ({status}):\n{}", self.output());
            }
            tokio::time::sleep(START_POLL).await;
        }
        bail!("nobody listens at {} after {START_TIMEOUT:?}:\n{}", self.addr, self.output())
    }

    fn output(&self) -> String {
        std::fs::read_to_string(self.folder.join("output.txt")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, and a folder left behind in the temporary one does no harm. What a peer has started
        // ends with it: each watches its parent's pipe.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
