//! EDGE: an open port. It accepts connections and starts a process for each; it decides nothing.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{io, mem};

use log::{debug, error};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use umbra::process::messages::ListenerMessage;
use umbra_http::Asset;
use umbra_machine::settings::{Secret, Settings};
use umbra_machine::socket::SocketLimits;
use umbra_otp::{Handle, ProcessId};

use crate::connection;
use crate::connections::Connections;
use crate::node::{self, Neighbours};
use crate::now_ms;
use crate::stream::Stream;
use crate::tls::Tls;

/// After an accept that failed (out of file descriptors, say); doubled each time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);
const ACCEPT_PAUSE_MAX: Duration = Duration::from_secs(1);

/// What connections are served by: the settings and the page, shared by all of them.
pub(crate) struct Site {
    pub(crate) neighbours: Neighbours,
    pub(crate) connections: Arc<Connections>,
    pub(crate) limits: SocketLimits,
    pub(crate) admin_token: Secret,
    pub(crate) chaos: bool,
    pub(crate) assets: Vec<Asset>,
    pub(crate) tls: Option<Arc<Tls>>,
    /// The guest's listener, the one that asked last.
    listener: Arc<AtomicU64>,
}

impl Site {
    pub(crate) fn new(
        neighbours: &Neighbours,
        connections: &Arc<Connections>,
        settings: Settings,
        assets: Vec<Asset>,
        listener: ProcessId,
    ) -> Result<Self, String> {
        let tls = settings.tls().map(|(certificate, key)| Tls::open(certificate, key)).transpose()?;
        Ok(Self {
            neighbours: neighbours.clone(),
            connections: connections.clone(),
            limits: SocketLimits::of(&settings),
            admin_token: settings.admin_token,
            chaos: settings.chaos,
            assets,
            tls,
            listener: Arc::new(AtomicU64::new(listener.0)),
        })
    }

    /// Who does what only a process of the guest can.
    pub(crate) fn listener(&self) -> Handle<ListenerMessage> {
        node::handle(self.listener.load(Ordering::Relaxed))
    }

    /// Connections of this site turn to the listener that came after its own.
    fn succeeded_by(&self, next: &mut Self) {
        self.listener.store(next.listener.load(Ordering::Relaxed), Ordering::Relaxed);
        next.listener = self.listener.clone();
    }
}

/// An open port; dropped, it is closed.
pub(crate) struct Door {
    address: SocketAddr,
    site: Arc<Mutex<Arc<Site>>>,
    accepting: JoinHandle<()>,
}

impl Door {
    pub(crate) async fn open(bind: SocketAddr, site: Site) -> io::Result<Self> {
        let listener = TcpListener::bind(bind).await?;
        let address = listener.local_addr()?;
        let site = Arc::new(Mutex::new(Arc::new(site)));
        let accepting = tokio::spawn(accept(listener, site.clone()));
        Ok(Self { address, site, accepting })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// From here on connections are served by this.
    pub(crate) fn serve(&self, mut site: Site) {
        let mut now = self.site.lock().unwrap_or_else(PoisonError::into_inner);
        now.succeeded_by(&mut site);
        drop(mem::replace(&mut *now, Arc::new(site)));
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, site: Arc<Mutex<Arc<Site>>>) {
    let mut pause = ACCEPT_PAUSE;
    loop {
        match listener.accept().await {
            Ok((stream, client)) => {
                pause = ACCEPT_PAUSE;
                let site = site.lock().unwrap_or_else(PoisonError::into_inner).clone();
                enter(stream, client, site);
            }
            Err(error) => {
                error!("no connection can be accepted, next attempt in {pause:?}: {error}");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(ACCEPT_PAUSE_MAX);
            }
        }
    }
}

fn enter(stream: TcpStream, client: SocketAddr, site: Arc<Site>) {
    // Frames that wait leave in one write, so there is nothing to be gained by waiting for more of them; and the kernel
    // would wait for the client's acknowledgement. If it cannot be set, the connection is already gone.
    let _ = stream.set_nodelay(true);
    let accepted_ms = now_ms();
    let environment = site.neighbours.environment.clone();
    environment.run_native(async move {
        let stream = match &site.tls {
            None => Stream::Plain(stream),
            // In a box: it is large, and gone when the connection begins.
            Some(tls) => match Box::pin(tls.shake_hands(stream, &site.limits)).await {
                Ok(stream) => stream,
                Err(why) => return debug!("{client} is no client: {why}"),
            },
        };
        connection::run(stream, client, site, accepted_ms).await;
    });
}
