//! TESTS, proxy: the network between a client and the server, which can be cut, and held up so that what is sent arrives
//! late.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

/// Forwards connections to a server, until told otherwise. Dropping it cuts them all.
#[derive(Debug)]
pub struct TcpProxy {
    addr: String,
    held: watch::Sender<bool>,
    cut: watch::Sender<u64>,
    /// Its end is the end of every connection.
    accepting: AbortHandle,
}

impl TcpProxy {
    /// In front of the server at `upstream`, on a free port.
    ///
    /// # Panics
    /// If there is no free port.
    pub async fn start(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let addr = listener.local_addr().expect("a listener has an address").to_string();
        let (held, cut) = (watch::Sender::new(false), watch::Sender::new(0));
        let (upstream, hold, scissors) = (upstream.to_owned(), held.clone(), cut.clone());
        let accepting = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let (upstream, hold, mut scissors) = (upstream.clone(), hold.subscribe(), scissors.subscribe());
                connections.spawn(async move {
                    tokio::select! {
                        () = carry(client, &upstream, hold) => {}
                        _ = scissors.changed() => {}
                    }
                });
            }
        });
        Self { addr, held, cut, accepting: accepting.abort_handle() }
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
        self.cut.send_modify(|times| *times += 1);
    }

    /// From now on nothing passes, in either direction; what is sent waits.
    pub fn hold(&self) {
        self.held.send_replace(true);
    }

    /// What waited passes.
    pub fn release(&self) {
        self.held.send_replace(false);
    }
}

impl Drop for TcpProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn carry(client: TcpStream, upstream: &str, held: watch::Receiver<bool>) {
    let Ok(server) = TcpStream::connect(upstream).await else {
        return;
    };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    tokio::join!(one_way(from_client, to_server, held.clone()), one_way(from_server, to_client, held));
}

async fn one_way(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut held: watch::Receiver<bool>) {
    let mut piece = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut piece).await {
        if held.wait_for(|held| !held).await.is_err() || to.write_all(&piece[..length]).await.is_err() {
            return;
        }
    }
    // The end of one direction passes too, but not while everything is held up.
    let _ = held.wait_for(|held| !held).await;
    let _ = to.shutdown().await;
}
