//! CLIENT: the handle that a program holds, and the stream of what happens.

use std::sync::Arc;

use tokio::sync::{Mutex, mpsc, oneshot, watch};
use umbra_client_core::{ClientError, ClientEvent, Ending, Machine, Saved};
use umbra_protocol::{ClientMessage, HelloOk, OkBody};

use crate::builder::Builder;
use crate::driver::{Driver, Shared};

/// A signed-in user. Clones are the same user; when the last one goes, the client says goodbye and ends.
#[derive(Clone, Debug)]
pub struct Client {
    handle: Arc<Handle>,
    events: Events,
    /// Closed when the client's task has ended.
    ended: watch::Receiver<()>,
}

#[derive(Debug)]
struct Handle {
    shared: Arc<Shared>,
}

/// What happens to one user, in order. Clones share one queue: each event goes to whoever asks first.
///
/// The queue has no bound, since a gap would be worse: a program that keeps a client must take its events or let it go.
#[derive(Clone, Debug)]
pub struct Events {
    queue: Arc<Mutex<mpsc::UnboundedReceiver<ClientEvent>>>,
}

impl Events {
    /// The next event; `None` after [`ClientEvent::Closed`]. Safe to cancel. The first two are always
    /// [`ClientEvent::Online`] and, unless a session was resumed, [`ClientEvent::Sync`].
    pub async fn next(&self) -> Option<ClientEvent> {
        self.queue.lock().await.recv().await
    }
}

impl Client {
    /// Begins with where the server is: `ws://host[:port]/ws`.
    pub fn builder(url: impl Into<String>) -> Builder {
        Builder::new(url.into())
    }

    pub(crate) async fn start(machine: Machine, url: String) -> Result<Self, ClientError> {
        let (tell, queue) = mpsc::unbounded_channel();
        let (first, signed_in) = oneshot::channel();
        let (ending, ended) = watch::channel(());
        let shared = Arc::new(Shared::new(machine));
        let driver = Driver::new(shared.clone(), url, tell, first);
        let handle = Arc::new(Handle { shared });
        tokio::spawn(async move {
            driver.run().await;
            drop(ending);
        });
        match signed_in.await {
            Ok(Ok(())) => Ok(Self { handle, events: Events { queue: Arc::new(Mutex::new(queue)) }, ended }),
            Ok(Err(ending)) => Err(ClientError::Closed(ending)),
            // The task is gone without a word: the runtime is shutting down.
            Err(_) => Err(ClientError::Closed(Ending::Caller)),
        }
    }

    /// Sends an action and waits for its reply, over lost connections if need be. The events that it caused are in
    /// [`Client::events`] before this returns. Dropping the future does not take the action back.
    ///
    /// # Errors
    /// See [`ClientError`]; [`ClientError::Refused`] is an ordinary outcome.
    pub async fn send(&self, message: ClientMessage) -> Result<OkBody, ClientError> {
        let reply = self.handle.shared.send(message)?;
        // The task answers everything before it ends; it can only vanish with the runtime.
        reply.await.unwrap_or(Err(ClientError::Closed(Ending::Caller)))
    }

    /// The stream of events; see [`Events`].
    pub fn events(&self) -> Events {
        self.events.clone()
    }

    /// What the server said at the last sign-in. `room` is of that moment.
    pub fn hello(&self) -> HelloOk {
        let hello = self.handle.shared.with_machine(|machine| machine.hello().cloned());
        hello.expect("a client exists only after its first sign-in")
    }

    /// What is needed to resume this session elsewhere or later.
    pub fn session(&self) -> Saved {
        let saved = self.handle.shared.with_machine(|machine| machine.saved());
        saved.expect("a client exists only after its first sign-in")
    }

    /// Connects now, without waiting for the time to come. Does nothing while there is a connection.
    pub fn reconnect(&self) {
        self.handle.shared.drive(Machine::connect);
    }

    /// Cuts the TCP connection without a close frame, as a lost network would; for tests of exactly that.
    pub fn drop_connection(&self) {
        self.handle.shared.drive(Machine::cut);
    }

    /// Says goodbye (close code 1000) and ends this client and its clones; returns when the connection is gone. The
    /// server treats it as a lost connection: [`Client::leave`] first to leave a room for good.
    pub async fn close(&self) {
        self.handle.shared.drive(|machine, _| machine.close());
        let mut ended = self.ended.clone();
        while ended.changed().await.is_ok() {}
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.drive(|machine, _| machine.close());
    }
}
