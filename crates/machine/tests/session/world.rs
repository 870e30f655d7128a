//! The client, the line, the session and the room, each moved one step at a time by whoever tries to break them.

use std::collections::{BTreeMap, VecDeque};

use umbra_machine::receipts::{RECEIPT_MS, Receipts};
use umbra_machine::room::{Command, OpId};
use umbra_machine::session::{AttachKind, Effect, Inbound, Input, OutFrame, Session, SessionLimits, SocketKey};
use umbra_protocol::{
    ClientFrame, EncodedEvent, ErrorCode, OkBody, ServerFrame, Subprotocol, Uid, UserName, decode_server_binary,
};

use crate::desk::{CATALOG, chat, happening, join, room_id, snapshot, what};

const LIMITS: SessionLimits = SessionLimits { pending_actions_max: 5, ..crate::desk::LIMITS };

/// What chance decides.
#[derive(Clone, Copy, Debug)]
pub enum Turn {
    /// The client has a new action.
    Act,
    /// The client sends again something it has no answer to, before it was asked to.
    Insist,
    /// One frame on its way to the session arrives.
    Up,
    /// One frame on its way to the client arrives.
    Down,
    /// The socket has written its oldest batch, and says so if it is time to.
    Drain,
    /// Some time passes, after which the socket says what it has written.
    Pass,
    /// The room carries out the next question.
    Room,
    /// The room's next word reaches the session.
    Hear,
    /// Something else happens in the room.
    Happen,
    /// The client says what it has.
    Ack,
    /// The connection is lost, with everything on its way.
    Cut,
    /// The client connects again.
    Connect,
}

/// The client, the line, the session and the room.
pub struct World {
    session: Session,
    socket: u64,
    connected: bool,
    up: VecDeque<(u64, ClientFrame)>,
    down: VecDeque<ServerFrame>,
    /// The batches that the socket has not written yet.
    unwritten: usize,
    /// Batches handed to the socket that the session does not know to be written.
    under_way: u16,
    receipts: Receipts,
    window: u16,
    now_ms: u64,
    room_asked: VecDeque<Asked>,
    room_says: VecDeque<Input>,
    /// How often the room carried each text out, and what it told, in order.
    pub carried_out: BTreeMap<String, u32>,
    pub told: Vec<String>,
    pub client: Client,
}

enum Asked {
    Command(OpId, Command),
    Online(OpId),
}

#[derive(Default)]
pub struct Client {
    greeted: bool,
    epoch: u64,
    last_seq: u64,
    next_ref: u64,
    /// Not answered yet.
    pub open: BTreeMap<u64, String>,
    pub answered: BTreeMap<u64, Option<ErrorCode>>,
    pub heard: Vec<String>,
    /// Whether continuity was lost at some time.
    pub missed: bool,
}

impl World {
    /// A session that keeps so many events, and a socket that takes so many batches at a time.
    pub fn new(history_events_max: usize, window: u16) -> Self {
        let ann = UserName::parse("Ann").expect("a good name");
        let limits = SessionLimits { history_events_max, ..LIMITS };
        let session = Session::new(Uid("ann".into()), ann, limits, &CATALOG);
        let mut world = Self {
            session,
            socket: 0,
            connected: false,
            up: VecDeque::new(),
            down: VecDeque::new(),
            unwritten: 0,
            under_way: 0,
            receipts: Receipts::new(window, LIMITS.slow_socket_ms),
            window,
            now_ms: 1_000,
            room_asked: VecDeque::new(),
            room_says: VecDeque::new(),
            carried_out: BTreeMap::new(),
            told: Vec::new(),
            client: Client { next_ref: 1, ..Client::default() },
        };
        world.connect();
        world.client.open.insert(1, "join".to_owned());
        world.client.next_ref = 2;
        world.send(1);
        world.settle();
        world
    }

    /// By the way that the shell takes for it.
    fn step(&mut self, input: Input) {
        match input {
            Input::RoomEvent { room_id, event } => {
                let effects = self.session.told(self.now_ms, &room_id, [event]);
                self.perform(effects);
            }
            input => self.step_all([input]),
        }
    }

    fn step_all(&mut self, inputs: impl IntoIterator<Item = Input>) {
        let effects = self.session.handle_all(self.now_ms, inputs);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Deliver { socket, frames, .. } if socket == SocketKey(self.socket) => {
                    self.under_way += 1;
                    assert!(self.under_way <= self.window, "never more than the socket takes at a time");
                    self.unwritten += 1;
                    self.receipts.delivered(self.now_ms);
                    assert!(frames.iter().all(|frame| frame.subprotocol == Subprotocol::Bincode));
                    let read = |frame: OutFrame<'_>| decode_server_binary(frame.content).expect("a good frame");
                    self.down.extend(frames.iter().map(read));
                }
                Effect::Close { .. } => self.cut(false),
                Effect::AskRooms { op, .. } => self.step(Input::RoomFound { op, found: Ok(room_id()) }),
                Effect::AskRoom { op, command, .. } => self.room_asked.push_back(Asked::Command(op, command)),
                Effect::Online { op, .. } => self.room_asked.push_back(Asked::Online(op)),
                Effect::Deliver { .. } | Effect::Forget { .. } | Effect::Offline { .. } | Effect::Keep { .. } => {}
                effect => panic!("the user never leaves its room: {effect:?}"),
            }
        }
    }

    fn happen(&mut self, text: String) {
        self.told.push(text.clone());
        let event = EncodedEvent::new(&happening(&text));
        self.room_says.push_back(Input::RoomEvent { room_id: room_id(), event });
    }

    fn room(&mut self) {
        let Some(asked) = self.room_asked.pop_front() else { return };
        let (op, result) = match asked {
            Asked::Online(op) => (op, OkBody::Room(Box::new(snapshot()))),
            Asked::Command(op, Command::Chat { text }) => {
                *self.carried_out.entry(text.clone()).or_default() += 1;
                self.happen(text);
                (op, OkBody::Empty)
            }
            Asked::Command(op, _) => (op, OkBody::Room(Box::new(snapshot()))),
        };
        self.room_says.push_back(Input::RoomReply { room_id: room_id(), op, result: Ok(result) });
    }

    fn send(&mut self, reference: u64) {
        let message = match self.client.open[&reference].as_str() {
            "join" => join(),
            text => chat(text),
        };
        let ack = reference.is_multiple_of(3).then_some(self.client.last_seq);
        self.up.push_back((self.socket, ClientFrame { reference: Some(reference), ack, message }));
    }

    fn connect(&mut self) {
        if self.connected {
            return;
        }
        (self.connected, self.socket) = (true, self.socket + 1);
        (self.unwritten, self.under_way) = (0, 0);
        self.receipts = Receipts::new(self.window, LIMITS.slow_socket_ms);
        let kind = match self.client.epoch {
            0 => AttachKind::New,
            epoch => AttachKind::Resume { epoch, last_seq: self.client.last_seq },
        };
        self.step(Input::Attach(umbra_machine::session::Attach {
            socket: SocketKey(self.socket),
            subprotocol: Subprotocol::Bincode,
            window: self.window,
            reference: Some(0),
            user_name: UserName::parse("Ann").expect("a good name"),
            sid: "s".to_owned(),
            session: "token".to_owned(),
            kind,
        }));
    }

    fn cut(&mut self, tell: bool) {
        if !self.connected {
            return;
        }
        (self.connected, self.client.greeted) = (false, false);
        self.up.clear();
        self.down.clear();
        if tell {
            self.step(Input::SocketLost { socket: SocketKey(self.socket) });
        }
    }

    pub fn turn(&mut self, turn: Turn) {
        match turn {
            Turn::Act => {
                let reference = self.client.next_ref;
                self.client.next_ref += 1;
                self.client.open.insert(reference, format!("action {reference}"));
                if self.client.greeted {
                    self.send(reference);
                }
            }
            Turn::Insist => {
                if let Some(reference) = self.client.open.keys().next().copied().filter(|_| self.client.greeted) {
                    self.send(reference);
                }
            }
            Turn::Up => {
                if let Some((socket, frame)) = self.up.pop_front() {
                    let client = Input::Client { socket: SocketKey(socket), inbound: Inbound::Frame(frame) };
                    let drained = self.drained(Receipts::take);
                    self.step_all(drained.into_iter().chain([client]));
                }
            }
            Turn::Down => self.hear(),
            Turn::Drain => {
                if self.unwritten > 0 && self.connected {
                    self.unwritten -= 1;
                    self.receipts.written();
                    self.say_drained();
                }
            }
            Turn::Pass => {
                self.now_ms += RECEIPT_MS;
                if self.connected {
                    self.say_drained();
                }
            }
            Turn::Room => self.room(),
            Turn::Hear => {
                if let Some(input) = self.room_says.pop_front() {
                    self.step(input);
                }
            }
            Turn::Happen => self.happen(format!("happening {}", self.told.len())),
            Turn::Ack => {
                if self.client.greeted {
                    let message = umbra_protocol::ClientMessage::Ping { client_time_ms: 0 };
                    let frame = ClientFrame { reference: None, ack: Some(self.client.last_seq), message };
                    self.up.push_back((self.socket, frame));
                }
            }
            Turn::Cut => self.cut(true),
            Turn::Connect => self.connect(),
        }
    }

    fn say_drained(&mut self) {
        let now_ms = self.now_ms;
        let drained = self.drained(|receipts| receipts.due(now_ms));
        self.step_all(drained);
    }

    fn drained(&mut self, batches: impl FnOnce(&mut Receipts) -> u16) -> Option<Input> {
        let batches = Some(batches(&mut self.receipts)).filter(|batches| *batches > 0)?;
        self.under_way -= batches;
        Some(Input::Drained { socket: SocketKey(self.socket), batches })
    }

    /// The client handles one frame.
    fn hear(&mut self) {
        let Some(frame) = self.down.pop_front() else { return };
        let client = &mut self.client;
        match frame {
            ServerFrame::Ok { body: OkBody::Hello(hello), .. } => {
                assert!(!client.greeted, "greeted once a connection");
                client.greeted = true;
                if !hello.resumed {
                    assert!(hello.epoch > client.epoch, "a new epoch");
                    client.missed |= client.epoch > 0;
                    (client.epoch, client.last_seq) = (hello.epoch, 0);
                }
                assert_eq!(hello.epoch, client.epoch);
                for (reference, code) in &client.answered {
                    let refused_out_of_turn = *code == Some(ErrorCode::RateLimited);
                    assert!(*reference <= hello.last_ref || refused_out_of_turn, "answered and yet not carried out");
                }
                let open: Vec<u64> = client.open.keys().copied().collect();
                open.into_iter().for_each(|reference| self.send(reference));
            }
            ServerFrame::Event { seq, event } => {
                assert!(client.greeted, "nothing comes before the greeting");
                assert_eq!(seq, client.last_seq + 1, "no event is missing and none comes twice");
                client.last_seq = seq;
                client.heard.push(what(&event));
            }
            ServerFrame::Ok { reference: Some(reference), .. } => Self::answered(client, reference, None),
            ServerFrame::Error { reference: Some(reference), error } => {
                Self::answered(client, reference, Some(error.code));
            }
            ServerFrame::Control(_) => assert!(client.greeted, "nothing comes before the greeting"),
            frame => panic!("{frame:?}"),
        }
    }

    fn answered(client: &mut Client, reference: u64, code: Option<ErrorCode>) {
        assert!(client.greeted, "nothing comes before the greeting");
        assert!(matches!(code, None | Some(ErrorCode::RateLimited)), "{reference} was refused: {code:?}");
        client.open.remove(&reference);
        let before = client.answered.insert(reference, code);
        assert!(before.is_none_or(|before| before == code), "{reference} was answered in two ways");
    }

    /// Everything on its way arrives, over a connection that holds.
    pub fn settle(&mut self) {
        for _ in 0..20_000 {
            self.connect();
            let quiet = self.up.is_empty()
                && self.down.is_empty()
                && self.unwritten == 0
                && self.room_asked.is_empty()
                && self.room_says.is_empty();
            if quiet && self.client.greeted {
                return;
            }
            for turn in [Turn::Up, Turn::Down, Turn::Drain, Turn::Pass, Turn::Room, Turn::Hear] {
                self.turn(turn);
            }
        }
        panic!("it never comes to rest");
    }
}
