//! TESTS, players: users who play through the client library, whose sessions outlive their connections.

use std::ops::Deref;

use umbra_client::{Builder, Client, ClientError, ClientEvent, Events};
use umbra_protocol::{ErrorCode, Event, Seat, Subprotocol, Uid};

use crate::deadline::soon;
use crate::server::Server;

/// A user. Comes back after a lost connection only when told to, so that tests decide when.
///
/// Actions are those of [`Client`], to which it derefs.
#[derive(Debug)]
pub struct Player {
    client: Client,
    events: Events,
    name: String,
    story: Vec<ClientEvent>,
}

impl Deref for Player {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Player {
    /// Signs in as a guest, in JSON.
    pub async fn guest(server: &Server, name: &str) -> Self {
        Self::connect(name, Client::builder(server.url()).name(name)).await
    }

    /// Signs in as a guest, in bincode.
    pub async fn binary_guest(server: &Server, name: &str) -> Self {
        Self::connect(name, Client::builder(server.url()).name(name).subprotocol(Subprotocol::Bincode)).await
    }

    /// Signs in as the builder says; `name` is for messages of failing tests.
    ///
    /// # Panics
    /// If that fails.
    pub async fn connect(name: &str, builder: Builder) -> Self {
        let connected = soon("a sign-in", builder.auto_reconnect(false).connect()).await;
        let client = connected.unwrap_or_else(|error| panic!("{name} cannot sign in: {error}"));
        let events = client.events();
        Self { client, events, name: name.to_owned(), story: Vec::new() }
    }

    /// Who this is.
    pub fn uid(&self) -> Uid {
        self.client.hello().uid
    }

    /// Everything that happened so far and was waited for or passed over.
    pub fn story(&self) -> &[ClientEvent] {
        &self.story
    }

    /// The numbered events of [`Player::story`].
    pub fn history(&self) -> impl Iterator<Item = (u64, &Event)> {
        self.story.iter().filter_map(|happened| match happened {
            ClientEvent::Event { seq, event } => Some((*seq, event)),
            _ => None,
        })
    }

    /// Waits to be told the whole present state anew.
    ///
    /// # Panics
    /// If that is to be in no room.
    pub async fn hears_resync(&mut self) {
        loop {
            if let ClientEvent::Sync { room, .. } = self.next("the whole present state").await {
                assert!(room.is_some(), "{} is in no room any more", self.name);
                return;
            }
        }
    }

    /// The next thing that happens, of any kind.
    ///
    /// # Panics
    /// If nothing happens, with all that did.
    pub async fn next(&mut self, what: &str) -> ClientEvent {
        let what = format!("{what}, by {}, who has heard {:#?}", self.name, self.story);
        let happened = soon(&what, self.events.next()).await;
        let happened = happened.unwrap_or_else(|| panic!("the client has ended, before {what}"));
        self.story.push(happened.clone());
        happened
    }

    /// Waits for an event that `pick` makes something of; passes over others.
    pub async fn hears<T>(&mut self, what: &str, mut pick: impl FnMut(&Event) -> Option<T>) -> T {
        loop {
            if let ClientEvent::Event { event, .. } = self.next(what).await
                && let Some(picked) = pick(&event)
            {
                return picked;
            }
        }
    }

    /// Waits for exactly this event; passes over others.
    pub async fn hears_that(&mut self, wanted: Event) {
        self.hears(&format!("{wanted:?}"), |event| (*event == wanted).then_some(())).await;
    }

    /// Waits for the end of a match; its outcome.
    pub async fn hears_outcome(&mut self) -> serde_json::Value {
        let outcome = |event: &Event| match event {
            Event::GameOver { outcome } => Some(json(outcome.as_str())),
            _ => None,
        };
        self.hears("GAME_OVER", outcome).await
    }

    /// Waits for what the game says.
    pub async fn hears_game_event(&mut self, wanted: serde_json::Value) {
        let same = |event: &Event| match event {
            Event::GameEvent { event } => (json(event.as_str()) == wanted).then_some(()),
            _ => None,
        };
        self.hears(&format!("the game's event {wanted}"), same).await;
    }

    /// Waits until it is the turn of these seats.
    pub async fn hears_turn(&mut self, seats: &[u8]) {
        let seats: Vec<_> = seats.iter().copied().map(Seat).collect();
        let same = |event: &Event| match event {
            Event::TurnStarted(turn) | Event::GameStarted { turn: Some(turn), .. } => {
                (turn.seats == seats).then_some(())
            }
            _ => None,
        };
        self.hears(&format!("the turn of {seats:?}"), same).await;
    }

    /// Loses its connection, without a word to the server.
    pub async fn drops(&mut self) {
        self.client.drop_connection();
        self.loses_connection().await;
    }

    /// Waits until the connection is lost.
    pub async fn loses_connection(&mut self) {
        while !matches!(self.next("the loss of the connection").await, ClientEvent::Offline { .. }) {}
    }

    /// Connects again; whether everything that was missed follows.
    pub async fn returns(&mut self) -> bool {
        self.client.reconnect();
        loop {
            if let ClientEvent::Online { resumed } = self.next("the connection").await {
                return resumed;
            }
        }
    }

    /// Connects again and finds to be in no room any more. Whether the session went on depends on whether its user had
    /// already ended, which nothing tells.
    ///
    /// # Panics
    /// If there is a room.
    pub async fn returns_to_no_room(&mut self) {
        self.returns().await;
        assert_eq!(self.client.hello().room, None, "{} is in a room", self.name);
    }
}

/// Text that is JSON, as a value.
///
/// # Panics
/// If it is none.
pub fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text} is not JSON: {error}"))
}

/// The code of a refusal.
///
/// # Panics
/// If it was none.
pub fn refused<T: std::fmt::Debug>(answer: Result<T, ClientError>) -> ErrorCode {
    match answer {
        Err(ClientError::Refused(error)) => error.code,
        other => panic!("expected a refusal, got {other:?}"),
    }
}
