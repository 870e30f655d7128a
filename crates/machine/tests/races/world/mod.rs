//! Clients, users, the room manager and rooms, joined by ways on which nothing moves unless the test says so.
//!
//! Users and rooms are the real twins; what is done here is what their shells do, and no more. On one way messages keep
//! their order; between two ways there is no order but the test's: so an instant in which two things race is a line in
//! which the test lets one of them go first.

mod client;
mod rooms;
mod shell;
mod sights;

use std::collections::{BTreeMap, VecDeque};
use std::sync::LazyLock;

use umbra_game::{Catalog, rules};
use umbra_machine::receipts::ONE_AT_A_TIME;
use umbra_machine::room::{Input as RoomInput, OpId, RoomLimits};
use umbra_machine::session::{Ask, Attach, AttachKind, Input, OutFrames, Session, SessionLimits, SocketKey};
use umbra_protocol::{
    ClientFrame, ClientMessage, CloseCode, EncodedEvent, GameValue, JoinAs, OkBody, RoomId, RoomSpec, ServerFrame,
    Subprotocol, Uid, UserName, WireError,
};

pub use client::{Client, Heard, ids};
use rooms::Rooms;

pub static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    Catalog::new(vec![rules::<tictactoe::TicTacToe>(), rules::<relay::Relay>(), rules::<undercover::Undercover>()])
});

/// No grace anywhere but for results and abandoned matches, as the settings have it.
pub const ROOM: RoomLimits = RoomLimits {
    seat_grace_ms: 0,
    lobby_grace_ms: 0,
    result_grace_ms: 300_000,
    abandon_ms: 300_000,
    spectators_max: 2,
    request_timeout_ms: 5_000,
};

pub const SESSION: SessionLimits = SessionLimits {
    pending_actions_max: 8,
    history_events_max: 64,
    history_bytes_max: 100_000,
    request_timeout_ms: 5_000,
    slow_socket_ms: 10_000,
    heartbeat_ms: 15_000,
    result_grace_ms: 300_000,
    seat_grace_ms: 0,
    chaos: false,
};

/// On what a message waits to arrive. Each user has one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// From the client to its user.
    In,
    /// From the user to its connections.
    Out,
    /// The news that a connection has ended, to the user that had it.
    Notice,
    /// From the user to the room manager.
    Ask,
    /// From the room manager to the user.
    Found,
    /// From the user to the room.
    ToRoom,
    /// From the room to the user.
    FromRoom,
    /// The user manager's leave to end.
    Leave,
}

const ALL: [Way; 8] = [Way::In, Way::Out, Way::Notice, Way::Ask, Way::Found, Way::ToRoom, Way::FromRoom, Way::Leave];

/// What a room says to a user.
#[derive(Clone, Debug)]
pub enum Word {
    Event(EncodedEvent),
    Reply(OpId, Result<OkBody, WireError>),
    Released,
}

#[derive(Debug)]
enum Message {
    Inbound(u64, ClientFrame),
    Drained(u64),
    Deliver(u64, OutFrames),
    Close(u64, CloseCode),
    Lost(u64),
    Ask(OpId, Ask),
    Found(OpId, Result<RoomId, WireError>),
    ToRoom(RoomId, RoomInput),
    Letter(RoomId, Vec<Word>),
    RoomDown(RoomId),
    MayEnd,
}

struct User {
    session: Session,
    /// The room whose handle it holds.
    place: Option<RoomId>,
}

pub struct World {
    pub now_ms: u64,
    pub rooms: Rooms,
    pub session_limits: SessionLimits,
    users: BTreeMap<String, User>,
    clients: BTreeMap<String, Client>,
    ways: BTreeMap<(Way, String), VecDeque<Message>>,
    /// What each connection was told after its client had gone over to another.
    pub late: BTreeMap<u64, Vec<ServerFrame>>,
    sockets: u64,
}

impl World {
    pub fn new(limits: RoomLimits) -> Self {
        let session_limits = SessionLimits { seat_grace_ms: limits.seat_grace_ms, ..SESSION };
        Self {
            now_ms: 1_000_000,
            rooms: Rooms::new(limits),
            session_limits,
            users: BTreeMap::new(),
            clients: BTreeMap::new(),
            ways: BTreeMap::new(),
            late: BTreeMap::new(),
            sockets: 0,
        }
    }

    /// These sit in a waiting room, the first of them as its host, and have nothing left to hear.
    pub fn waiting(game: &str, names: &[&str], limits: RoomLimits) -> Self {
        Self::seated(game, u8::try_from(names.len()).expect("a small table"), names, limits)
    }

    /// The same with this many seats.
    pub fn seated(game: &str, seats: u8, names: &[&str], limits: RoomLimits) -> Self {
        let mut world = Self::new(limits);
        for name in names {
            world.connect(name);
            world.settle();
        }
        let spec = RoomSpec { game: game.to_owned(), seats: Some(seats), options: None };
        world.does(names[0], ClientMessage::RoomCreate { spec, private: false });
        let room_id = world.rooms.ids()[0].clone();
        for name in &names[1..] {
            world.does(name, join(&room_id));
        }
        world.hush();
        world
    }

    /// The same with a match just begun.
    pub fn in_game(game: &str, names: &[&str], limits: RoomLimits) -> Self {
        let mut world = Self::waiting(game, names, limits);
        for name in &names[1..] {
            world.does(name, ClientMessage::RoomReady { ready: true });
        }
        world.does(names[0], ClientMessage::GameStart);
        world.hush();
        world
    }

    /// The client connects, for the first time or back into its session; its user hears of that at once.
    pub fn connect(&mut self, name: &str) {
        let client = self.clients.entry(name.to_owned()).or_default();
        let (epoch, last_seq) = (client.epoch, client.last_seq);
        let kind = if epoch == 0 { AttachKind::New } else { AttachKind::Resume { epoch, last_seq } };
        self.connect_with(name, kind);
    }

    /// The same, with what it claims to have.
    pub fn connect_with(&mut self, name: &str, kind: AttachKind) {
        self.sockets += 1;
        let socket = self.sockets;
        self.client(name).uses(socket);
        let limits = self.session_limits;
        self.users.entry(name.to_owned()).or_insert_with(|| {
            let session = Session::new(Uid(name.into()), user_name(name), limits, &CATALOG);
            User { session, place: None }
        });
        self.user(
            name,
            Input::Attach(Attach {
                socket: SocketKey(socket),
                subprotocol: Subprotocol::Bincode,
                window: ONE_AT_A_TIME,
                reference: Some(0),
                user_name: user_name(name),
                sid: format!("sign-in of {name}"),
                session: "token".to_owned(),
                kind,
            }),
        );
    }

    /// The connection is lost, with what was on its way to the client; the news of it is on its way.
    pub fn cut(&mut self, name: &str) {
        let socket = self.client(name).socket.take().expect("it is connected");
        self.ways.get_mut(&(Way::Out, name.to_owned())).into_iter().for_each(VecDeque::clear);
        self.push(Way::Notice, name, Message::Lost(socket));
    }

    /// The connection that the client has given up long ago ends only now.
    pub fn end_of(&mut self, name: &str, socket: u64) {
        self.push(Way::Notice, name, Message::Lost(socket));
    }

    /// The connection is lost, and everybody knows.
    pub fn drop_out(&mut self, name: &str) {
        self.cut(name);
        self.settle();
    }

    /// The client says something; says its `ref`.
    pub fn says(&mut self, name: &str, message: ClientMessage) -> u64 {
        let reference = self.client(name).asks(message);
        self.says_again(name, reference);
        reference
    }

    /// The client says again what has no answer yet.
    pub fn says_again(&mut self, name: &str, reference: u64) {
        let client = self.client(name);
        if let (Some(socket), Some(message)) = (client.socket, client.open.get(&reference).cloned()) {
            self.says_on(name, socket, reference, message);
        }
    }

    /// Something is said on a connection, whoever uses it.
    pub fn says_on(&mut self, name: &str, socket: u64, reference: u64, message: ClientMessage) {
        let frame = ClientFrame { reference: Some(reference), ack: None, message };
        self.push(Way::In, name, Message::Inbound(socket, frame));
    }

    /// The client says something that is carried out, and everything comes to rest.
    pub fn does(&mut self, name: &str, message: ClientMessage) {
        let reference = self.says(name, message.clone());
        self.settle();
        assert!(self.client(name).was_allowed(reference), "{name} was to be allowed {message:?}");
    }

    /// Lets the first message on a way arrive.
    pub fn pass(&mut self, way: Way, name: &str) {
        let message = self.ways.get_mut(&(way, name.to_owned())).and_then(VecDeque::pop_front);
        let message = message.unwrap_or_else(|| panic!("nothing is on the way {way:?} of {name}"));
        self.arrive(name, message);
    }

    /// How many messages are on a way.
    pub fn waits(&self, way: Way, name: &str) -> usize {
        self.ways.get(&(way, name.to_owned())).map_or(0, VecDeque::len)
    }

    /// Everything that is on its way arrives, and what comes of it.
    pub fn settle(&mut self) {
        self.settle_but(&[]);
    }

    /// The same, but for some ways.
    pub fn settle_but(&mut self, held: &[(Way, &str)]) {
        let names: Vec<String> = self.clients.keys().cloned().collect();
        for _ in 0..1_000 {
            let mut quiet = true;
            for (way, name) in ALL.iter().flat_map(|way| names.iter().map(move |name| (*way, name))) {
                if !held.contains(&(way, name.as_str())) && self.waits(way, name) > 0 {
                    quiet = false;
                    self.pass(way, name);
                }
            }
            if quiet {
                return;
            }
        }
        panic!("it never comes to rest");
    }

    /// Whoever has waited for this moment wakes.
    pub fn tick(&mut self) {
        for room_id in self.rooms.due(self.now_ms) {
            self.room(&room_id, None, RoomInput::Tick);
        }
        let now_ms = self.now_ms;
        let due = |user: &User| user.session.next_deadline().is_some_and(|due| due <= now_ms);
        let names: Vec<String> =
            self.users.iter().filter(|(_, user)| due(user)).map(|(name, _)| name.clone()).collect();
        names.into_iter().for_each(|name| self.user(&name, Input::Tick));
    }

    /// Time passes, whoever waits for it wakes, and everything comes to rest.
    pub fn wait(&mut self, ms: u64) {
        self.now_ms += ms;
        self.tick();
        self.settle();
    }

    fn push(&mut self, way: Way, name: &str, message: Message) {
        self.ways.entry((way, name.to_owned())).or_default().push_back(message);
    }
}

pub fn user_name(name: &str) -> UserName {
    UserName::parse(name).expect("names of a script are good")
}

pub fn join(room_id: &RoomId) -> ClientMessage {
    ClientMessage::RoomJoin { room_id: room_id.clone(), join_as: JoinAs::Player }
}

pub fn chat(text: &str) -> ClientMessage {
    ClientMessage::ChatSend { text: text.to_owned() }
}

pub fn action(json: &str) -> ClientMessage {
    ClientMessage::GameAction { action: GameValue::trusted(json.to_owned()) }
}

pub fn create(game: &str, seats: u8) -> ClientMessage {
    let spec = RoomSpec { game: game.to_owned(), seats: Some(seats), options: None };
    ClientMessage::RoomCreate { spec, private: false }
}

pub fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
