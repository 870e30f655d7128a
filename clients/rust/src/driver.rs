//! HOME: the task that carries out what the machine orders and tells it what happens. It decides nothing.

use std::collections::HashMap;
use std::future::{Future, pending};
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::{Instant, sleep_until, timeout};
use umbra_client_core::{ClientError, ClientEvent, ConnectionId, Effect, Ending, Loss, Machine, encode};
use umbra_protocol::{ClientMessage, OkBody, Subprotocol};

use crate::socket::{Incoming, Socket};

/// How long a goodbye may take; past it the connection is just dropped.
const GOODBYE_TIMEOUT: Duration = Duration::from_secs(1);

type Reply = oneshot::Sender<Result<OkBody, ClientError>>;

/// What the handles and the task have in common. Nobody waits while holding it.
#[derive(Debug)]
pub struct Shared {
    inner: Mutex<Inner>,
    /// Something was done to the machine from outside the task.
    wake: Notify,
    start: Instant,
}

#[derive(Debug)]
struct Inner {
    machine: Machine,
    replies: HashMap<u64, Reply>,
}

impl Shared {
    pub fn new(machine: Machine) -> Self {
        let inner = Mutex::new(Inner { machine, replies: HashMap::new() });
        Self { inner, wake: Notify::new(), start: Instant::now() }
    }

    /// Hands in an action; the receiver gets its result.
    pub fn send(&self, message: ClientMessage) -> Result<oneshot::Receiver<Result<OkBody, ClientError>>, ClientError> {
        let mut inner = self.lock();
        let reference = inner.machine.send(message, self.start.elapsed())?;
        let (reply, result) = oneshot::channel();
        inner.replies.insert(reference, reply);
        self.wake.notify_one();
        Ok(result)
    }

    /// Does something to the machine that may have effects.
    pub fn drive(&self, act: impl FnOnce(&mut Machine, Duration)) {
        act(&mut self.lock().machine, self.start.elapsed());
        self.wake.notify_one();
    }

    /// Asks the machine something.
    pub fn with_machine<T>(&self, ask: impl FnOnce(&Machine) -> T) -> T {
        ask(&self.lock().machine)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nothing in here is left half-done by a panic: every call of the machine completes or the task is lost anyway.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task's own side.
pub struct Driver {
    shared: Arc<Shared>,
    url: String,
    subprotocol: Subprotocol,
    link: Link,
    events: mpsc::UnboundedSender<ClientEvent>,
    /// Told once whether the first sign-in worked.
    first: Option<oneshot::Sender<Result<(), Ending>>>,
}

enum Link {
    Down,
    Opening(ConnectionId, Pin<Box<dyn Future<Output = Result<Box<Socket>, Loss>> + Send>>),
    Up(ConnectionId, Box<Socket>),
}

/// What can come from a link.
enum Step {
    Opened(ConnectionId, Result<Box<Socket>, Loss>),
    Received(ConnectionId, Result<Incoming, Loss>),
}

impl Link {
    /// Safe to cancel.
    async fn next(&mut self) -> Step {
        match self {
            Self::Down => pending().await,
            Self::Opening(connection, opening) => Step::Opened(*connection, opening.await),
            Self::Up(connection, socket) => Step::Received(*connection, socket.next().await),
        }
    }
}

impl Driver {
    pub fn new(
        shared: Arc<Shared>,
        url: String,
        events: mpsc::UnboundedSender<ClientEvent>,
        first: oneshot::Sender<Result<(), Ending>>,
    ) -> Self {
        let subprotocol = shared.with_machine(Machine::subprotocol);
        shared.drive(Machine::connect);
        Self { shared, url, subprotocol, link: Link::Down, events, first: Some(first) }
    }

    /// Until the machine has ended.
    pub async fn run(mut self) {
        loop {
            let deadline = match self.settle() {
                ControlFlow::Continue(deadline) => deadline,
                ControlFlow::Break(goodbye) => return say_goodbye(goodbye).await,
            };
            let start = self.shared.start;
            let elapsed = async {
                match deadline {
                    Some(deadline) => sleep_until(start + deadline).await,
                    None => pending().await,
                }
            };
            tokio::select! {
                () = self.shared.wake.notified() => {}
                () = elapsed => self.shared.lock().machine.elapsed(start.elapsed()),
                step = self.link.next() => self.step(step),
            }
        }
    }

    /// Carries out all orders there are. Goes on with when to look again, or ends with whom to say goodbye to.
    fn settle(&mut self) -> ControlFlow<Option<Box<Socket>>, Option<Duration>> {
        let shared = self.shared.clone();
        let mut inner = shared.lock();
        let mut goodbye = None;
        while let Some(effect) = inner.machine.effect() {
            goodbye = self.perform(effect, &mut inner.replies).or(goodbye);
        }
        if inner.machine.is_ended() {
            return ControlFlow::Break(goodbye);
        }
        ControlFlow::Continue(inner.machine.deadline())
    }

    fn step(&mut self, step: Step) {
        let now = self.shared.start.elapsed();
        let mut inner = self.shared.lock();
        match step {
            Step::Opened(connection, Ok(socket)) => {
                self.link = Link::Up(connection, socket);
                inner.machine.opened(connection);
            }
            Step::Received(connection, Ok(incoming)) => match incoming {
                Incoming::Message(message) => {
                    if let Some(payload) = message.payload() {
                        inner.machine.take(connection, &payload, now);
                    }
                }
                Incoming::SignOfLife => inner.machine.heard(connection, now),
            },
            Step::Opened(connection, Err(loss)) | Step::Received(connection, Err(loss)) => {
                if let (Link::Up(_, socket), Loss::Closed(_)) = (std::mem::replace(&mut self.link, Link::Down), &loss) {
                    // The server's close frame deserves an answer, and the next attempt need not wait for it.
                    tokio::spawn(say_goodbye(Some(socket)));
                }
                inner.machine.lost(connection, loss, now);
            }
        }
    }

    /// Carries out one order; returns the socket that goodbye is to be said to.
    fn perform(&mut self, effect: Effect, replies: &mut HashMap<u64, Reply>) -> Option<Box<Socket>> {
        match effect {
            Effect::Open(connection) => {
                let opening = Socket::open(self.url.clone(), self.subprotocol);
                self.link = Link::Opening(connection, Box::pin(async { opening.await.map(Box::new) }));
            }
            Effect::Transmit(connection, frame) => {
                if let Link::Up(current, socket) = &mut self.link
                    && *current == connection
                {
                    socket.queue(encode(self.subprotocol, &frame));
                }
            }
            Effect::HangUp { connection, goodbye } => {
                let current = match &self.link {
                    Link::Down => None,
                    Link::Opening(current, _) | Link::Up(current, _) => Some(*current),
                };
                if current == Some(connection)
                    && let Link::Up(_, socket) = std::mem::replace(&mut self.link, Link::Down)
                    && goodbye
                {
                    return Some(socket);
                }
            }
            Effect::Answer { reference, result } => {
                if let Some(reply) = replies.remove(&reference) {
                    // Whoever asked may have stopped waiting.
                    let _ = reply.send(result);
                }
            }
            Effect::Tell(event) => self.tell(event),
        }
        None
    }

    fn tell(&mut self, event: ClientEvent) {
        let first = match &event {
            ClientEvent::Online { .. } => Some(Ok(())),
            ClientEvent::Closed(ending) => Some(Err(ending.clone())),
            _ => None,
        };
        if let Some(result) = first
            && let Some(first) = self.first.take()
        {
            let _ = first.send(result);
        }
        // The program may not care for events.
        let _ = self.events.send(event);
    }
}

async fn say_goodbye(socket: Option<Box<Socket>>) {
    if let Some(socket) = socket {
        let _ = timeout(GOODBYE_TIMEOUT, socket.goodbye()).await;
    }
}
