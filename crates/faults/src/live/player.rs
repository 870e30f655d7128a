//! FAULTS, live: a player: a client that comes back at once whenever its connection is lost, and all that it was told.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, timeout};
use umbra_client::{Builder, Client, ClientError, ClientEvent, Ending, Events, Subprotocol};
use umbra_protocol::{Seat, Uid};

use crate::script::{is_farewell, user_name};
use crate::story::Heard;

/// How long the server may leave an action without an answer before the player takes it for lost. It answers within
/// milliseconds; what it waits for in vain longest is a process that is just coming back.
pub const ANSWER_TIMEOUT: Duration = Duration::from_millis(700);
/// How long anything may take that a healthy server does at once, on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// Between two attempts to come back.
const PAUSE: Duration = Duration::from_millis(3);

/// A client at the table.
#[derive(Debug)]
pub struct Player {
    /// Actions go out here.
    pub client: Client,
    record: Arc<Record>,
    listening: AbortHandle,
}

/// What a player was told, while it goes on.
#[derive(Debug)]
struct Record {
    memory: Mutex<Memory>,
    /// Each change of the memory.
    changed: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Memory {
    heard: Vec<Heard>,
    /// When each of `heard` came.
    at: Vec<Instant>,
    epoch: u64,
    online: bool,
    /// Since when.
    online_at: Option<Instant>,
    /// How often it came back.
    returns: usize,
    /// Signed in anew a moment ago, and the room comes next.
    greeted: bool,
    ended: Option<String>,
}

/// Where a player's memory stood at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    returns: usize,
    beginnings: usize,
    heard: usize,
}

impl Player {
    /// Signs in; even seats speak JSON, odd ones bincode.
    ///
    /// # Errors
    /// The client's.
    pub async fn sign_in(url: &str, seat: Seat) -> Result<Self, ClientError> {
        let subprotocol = if seat.0.is_multiple_of(2) { Subprotocol::Json } else { Subprotocol::Bincode };
        let builder = Client::builder(url).name(user_name(seat).as_str()).subprotocol(subprotocol);
        let client = connect(builder.auto_reconnect(false).answer_timeout(ANSWER_TIMEOUT)).await?;
        let record = Arc::new(Record { memory: Mutex::default(), changed: watch::Sender::new(()) });
        let listening = tokio::spawn(listen(client.events(), client.clone(), record.clone())).abort_handle();
        let player = Self { client, record, listening };
        // The first two things are that it is online and in no room.
        player.until(|memory| memory.online && memory.epoch > 0).await;
        Ok(player)
    }

    /// Who it is.
    pub fn uid(&self) -> Uid {
        self.client.hello().uid
    }

    /// Everything that it was told so far, when it came.
    pub fn heard(&self) -> Vec<(Instant, Heard)> {
        let memory = self.record.lock();
        memory.at.iter().copied().zip(memory.heard.iter().cloned()).collect()
    }

    /// Where its memory stands.
    pub fn mark(&self) -> Mark {
        self.record.lock().mark()
    }

    /// Loses its connection without a word.
    pub fn drop_connection(&self) {
        self.client.drop_connection();
    }

    /// Waits until it has come back, or was told to begin anew, since then. False when it did not.
    pub async fn is_back_since(&self, mark: Mark) -> bool {
        self.until(|memory| {
            let now = memory.mark();
            memory.online && (now.returns > mark.returns || now.beginnings > mark.beginnings)
        })
        .await
    }

    /// Waits until it is online. False when it does not come to that.
    pub async fn is_online(&self) -> bool {
        self.until(|memory| memory.online).await
    }

    /// Waits until it is back on a new connection since the mark; when that was.
    pub async fn returns_since(&self, mark: Mark) -> Option<Instant> {
        let back = self.until(|memory| memory.online && memory.returns > mark.returns).await;
        back.then(|| self.record.lock().online_at)?
    }

    /// Waits until it has heard the farewell, or was told to begin anew since the mark, which would stand for it.
    pub async fn has_heard_farewell(&self, since: Mark) -> bool {
        self.until(|memory| {
            let said = |heard: &Heard| matches!(heard, Heard::Event { event, .. } if is_farewell(event));
            memory.online && (memory.heard.iter().any(said) || memory.mark().beginnings > since.beginnings)
        })
        .await
    }

    /// Waits until it has heard something more that `pick` wants, since the mark; when that came.
    pub async fn hears_since(&self, mark: Mark, pick: impl Fn(&Heard) -> bool) -> Option<Instant> {
        let found = |memory: &Memory| {
            let new = memory.heard.iter().zip(&memory.at).skip(mark.heard);
            new.filter(|(heard, _)| pick(heard)).map(|(_, at)| *at).next()
        };
        self.until(|memory| found(memory).is_some()).await.then(|| found(&self.record.lock()))?
    }

    async fn until(&self, mut holds: impl FnMut(&Memory) -> bool) -> bool {
        let mut changes = self.record.changed.subscribe();
        let wait = async {
            loop {
                {
                    let memory = self.record.lock();
                    if holds(&memory) {
                        return true;
                    }
                    if memory.ended.is_some() {
                        return false;
                    }
                }
                if changes.changed().await.is_err() {
                    return false;
                }
            }
        };
        timeout(PATIENCE, wait).await.unwrap_or(false)
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Record {
    fn lock(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn mark(&self) -> Mark {
        let beginnings = self.heard.iter().filter(|heard| matches!(heard, Heard::Anew { .. })).count();
        Mark { returns: self.returns, beginnings, heard: self.heard.len() }
    }

    fn hear(&mut self, heard: Heard) {
        self.heard.push(heard);
        self.at.push(Instant::now());
    }

    fn take(&mut self, event: ClientEvent) {
        match event {
            ClientEvent::Event { seq, event } => self.hear(Heard::Event { epoch: self.epoch, seq, event }),
            ClientEvent::Sync { epoch, room } => {
                let first = self.epoch == 0;
                self.epoch = epoch;
                // What begins a session is no interruption of it.
                if !first {
                    let seq = if std::mem::take(&mut self.greeted) { 0 } else { 1 };
                    self.hear(Heard::Anew { epoch, seq, room });
                }
                self.greeted = false;
            }
            ClientEvent::Online { resumed } => {
                self.returns += usize::from(self.epoch > 0);
                (self.online, self.online_at) = (true, Some(Instant::now()));
                self.greeted = !resumed;
            }
            ClientEvent::Offline { .. } => self.online = false,
            ClientEvent::Closed(ending) => {
                self.online = false;
                self.ended = Some(ending.to_string());
            }
            // The client would come back from it; but no server may say such a thing, and so the story ends here.
            ClientEvent::Unreadable { why } => self.ended = Some(format!("heard what cannot be read: {why}")),
            // Nothing of a story: a server of this very version says nothing unknown.
            ClientEvent::Draining { .. } | ClientEvent::Unknown { .. } | ClientEvent::Misread(_) => {}
        }
    }
}

/// Connects, as soon as there is somebody to connect to: a listener that has died is back within milliseconds.
///
/// # Errors
/// The client's, after [`PATIENCE`].
pub async fn connect(builder: Builder) -> Result<Client, ClientError> {
    let until = Instant::now() + PATIENCE;
    loop {
        match builder.clone().connect().await {
            Err(ClientError::Closed(Ending::Unreachable(_))) if Instant::now() < until => sleep(PAUSE).await,
            result => return result,
        }
    }
}

/// Takes note of everything, and comes back whenever the connection is lost.
async fn listen(events: Events, client: Client, record: Arc<Record>) {
    let mut failures = 0;
    while let Some(event) = events.next().await {
        let lost = matches!(event, ClientEvent::Offline { .. });
        failures = if lost { failures + 1 } else { 0 };
        record.lock().take(event);
        record.changed.send_replace(());
        if failures > 1 {
            sleep(PAUSE).await;
        }
        if lost {
            client.reconnect();
        }
    }
}
