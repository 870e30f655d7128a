//! FAULTS, live: the network between clients and a server: it can be cut, held up, frozen, and made to lose, double, delay
//! and reorder WebSocket frames.
//!
//! It knows where frames begin and end and passes them on as they are. Spared are the upgrade, control frames, and the first
//! message of each connection in either direction: without them there is no session to which anything could happen.

mod frames;
mod line;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

use crate::plan::{Direction, FrameFaults};

/// Forwards connections to a server, until told otherwise. Dropping it cuts them all.
#[derive(Debug)]
pub struct Proxy {
    addr: String,
    shared: Arc<Shared>,
    /// Its end is the end of every connection.
    accepting: AbortHandle,
}

#[derive(Debug)]
struct Shared {
    conduct: watch::Sender<Conduct>,
    cut: watch::Sender<u64>,
    /// Bytes that may still pass before the cut, to the server and to the client.
    budgets: [AtomicI64; 2],
    connections: AtomicU64,
    frames_hit: AtomicU64,
}

/// How the network behaves now.
#[derive(Clone, Copy, Debug, Default)]
struct Conduct {
    /// Nothing passes.
    held: bool,
    /// What the server says does not pass on the connections up to this one, and nobody even reads it.
    frozen_up_to: u64,
    /// A client's end does not pass.
    keeps_ends: bool,
    faults: Option<FrameFaults>,
}

impl Proxy {
    /// In front of the server at `upstream`, on a free port.
    ///
    /// # Panics
    /// If there is no free port.
    pub async fn start(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let addr = listener.local_addr().expect("a listener has an address").to_string();
        let shared = Arc::new(Shared {
            conduct: watch::Sender::default(),
            cut: watch::Sender::default(),
            budgets: [AtomicI64::new(i64::MAX), AtomicI64::new(i64::MAX)],
            connections: AtomicU64::new(0),
            frames_hit: AtomicU64::new(0),
        });
        let accepting = tokio::spawn(accept(listener, upstream.to_owned(), shared.clone()));
        Self { addr, shared, accepting: accepting.abort_handle() }
    }

    /// `host:port` of the near side.
    pub fn addr(&self) -> &str {
        &self.addr
    }

    /// Where WebSockets are opened through it.
    pub fn url(&self) -> String {
        format!("ws://{}/ws", self.addr)
    }

    /// Cuts every connection there is, without a word to either side.
    pub fn cut(&self) {
        self.shared.cut.send_modify(|times| *times += 1);
    }

    /// Lets so many bytes more pass in that direction, then cuts every connection there is, be it in the middle of a frame.
    /// Happens once.
    pub fn cut_after(&self, bytes: u64, direction: Direction) {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        self.shared.budgets[direction as usize].store(bytes, Ordering::SeqCst);
    }

    /// From now on nothing passes, in either direction; what is sent waits.
    pub fn hold(&self) {
        self.shared.conduct.send_modify(|conduct| conduct.held = true);
    }

    /// What waited passes.
    pub fn release(&self) {
        self.shared.conduct.send_modify(|conduct| conduct.held = false);
    }

    /// The clients of the connections there are read no further. Later connections are not affected.
    pub fn freeze(&self) {
        let connections = self.shared.connections.load(Ordering::SeqCst);
        self.shared.conduct.send_modify(|conduct| conduct.frozen_up_to = connections);
    }

    /// They read again.
    pub fn thaw(&self) {
        self.shared.conduct.send_modify(|conduct| conduct.frozen_up_to = 0);
    }

    /// The server does not learn when a client closes, until [`Proxy::let_ends_pass`].
    pub fn keep_ends(&self) {
        self.shared.conduct.send_modify(|conduct| conduct.keeps_ends = true);
    }

    /// It learns now.
    pub fn let_ends_pass(&self) {
        self.shared.conduct.send_modify(|conduct| conduct.keeps_ends = false);
    }

    /// What happens to frames from now on; `None`: nothing.
    pub fn set_faults(&self, faults: Option<FrameFaults>) {
        self.shared.conduct.send_modify(|conduct| conduct.faults = faults);
    }

    /// How many frames were lost, doubled, delayed or reordered so far.
    pub fn frames_hit(&self) -> u64 {
        self.shared.frames_hit.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, upstream: String, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let number = shared.connections.fetch_add(1, Ordering::SeqCst) + 1;
        let (upstream, shared) = (upstream.clone(), shared.clone());
        let mut scissors = shared.cut.subscribe();
        connections.spawn(async move {
            tokio::select! {
                () = carry(client, &upstream, &shared, number) => {}
                _ = scissors.changed() => {}
            }
        });
        // Those that have ended need not be kept.
        while connections.try_join_next().is_some() {}
    }
}

async fn carry(client: TcpStream, upstream: &str, shared: &Arc<Shared>, number: u64) {
    let Ok(server) = TcpStream::connect(upstream).await else {
        return;
    };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    let line = |direction| line::Line::new(shared.clone(), direction, number);
    tokio::join!(line(Direction::Up).run(from_client, to_server), line(Direction::Down).run(from_server, to_client));
}
