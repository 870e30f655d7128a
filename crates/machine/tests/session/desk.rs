//! A session at its desk: performs its effects as a shell would, with a socket that takes whatever it is given, a room
//! manager and a room that do nothing unless the script says so.

use std::collections::{BTreeMap, VecDeque};
use std::sync::LazyLock;

use umbra_game::{Catalog, rules};
use umbra_machine::receipts::ONE_AT_A_TIME;
use umbra_machine::room::{Command, OpId};
use umbra_machine::session::{
    Ask, Attach, AttachKind, Effect, Inbound, Input, OutFrame, Session, SessionLimits, SocketKey,
};
use umbra_protocol::{
    ClientFrame, ClientMessage, CloseCode, EncodedEvent, ErrorCode, Event, GameValue, HelloOk, JoinAs, OkBody, Phase,
    RoomId, RoomSnapshot, ServerFrame, Subprotocol, Uid, UserName, WireError, decode_server_binary,
};

pub const LIMITS: SessionLimits = SessionLimits {
    pending_actions_max: 4,
    history_events_max: 8,
    history_bytes_max: 100_000,
    request_timeout_ms: 5_000,
    slow_socket_ms: 10_000,
    heartbeat_ms: 15_000,
    result_grace_ms: 300_000,
    seat_grace_ms: 0,
    chaos: false,
};

pub static CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| Catalog::new(vec![rules::<tictactoe::TicTacToe>(), rules::<relay::Relay>()]));

/// One session, what its sockets were handed, and what others were asked.
pub struct Desk {
    pub session: Session,
    pub now_ms: u64,
    /// Whether sockets write at once what they are given; if not, the script says [`Desk::drained`].
    pub fast: bool,
    /// How many batches a socket that attaches takes at a time.
    pub window: u16,
    said: BTreeMap<u64, Vec<ServerFrame>>,
    /// Of each batch that a socket was handed and has not written, its bytes.
    under_way: BTreeMap<u64, VecDeque<usize>>,
    orders: Vec<Effect>,
}

impl Desk {
    /// A session that nobody has come to yet.
    pub fn empty() -> Self {
        Self::with(LIMITS)
    }

    pub fn with(limits: SessionLimits) -> Self {
        let ann = UserName::parse("Ann").expect("a good name");
        let session = Session::new(Uid("ann".into()), ann, limits, &CATALOG);
        let (said, under_way, orders) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        Self { session, now_ms: 1_000_000, fast: true, window: ONE_AT_A_TIME, said, under_way, orders }
    }

    /// Signed in on socket 1 with session `s`, greeted, in no room.
    pub fn greeted() -> Self {
        Self::greeted_with(LIMITS)
    }

    pub fn greeted_with(limits: SessionLimits) -> Self {
        let mut desk = Self::with(limits);
        desk.sign_in(1, "s");
        desk.hello(1);
        desk
    }

    /// The same in a room; `ref` 1 is used up.
    pub fn in_room() -> Self {
        Self::in_room_with(LIMITS)
    }

    pub fn in_room_with(limits: SessionLimits) -> Self {
        let mut desk = Self::greeted_with(limits);
        desk.enter();
        desk
    }

    pub fn enter(&mut self) {
        self.ask(1, 1, join());
        let op = self.asked_rooms().0;
        self.step(Input::RoomFound { op, found: Ok(room_id()) });
        let op = self.asked_room().0;
        self.answer(op, Ok(OkBody::Room(Box::new(snapshot()))));
        self.said(1);
        self.orders.clear();
    }

    /// Hands in one input just now, by the way that the shell takes for it, and performs what follows.
    pub fn step(&mut self, input: Input) {
        let effects = match input {
            Input::RoomEvent { room_id, event } => self.session.told(self.now_ms, &room_id, [event]),
            input => self.session.handle(self.now_ms, input),
        };
        for effect in effects {
            match effect {
                Effect::Keep { .. } => {}
                Effect::Deliver { socket: SocketKey(socket), frames, .. } => {
                    let mut sizes: Vec<_> = frames.iter().map(|frame| frame.content.len()).collect();
                    let last = sizes.pop().unwrap_or(0);
                    let all_but_the_last: usize = sizes.iter().sum();
                    let frames: Vec<_> = frames.iter().map(read).collect();
                    let last_word = frames == [ServerFrame::Control(umbra_protocol::Control::Replaced)];
                    let under_way = self.under_way.entry(socket).or_default();
                    let before: usize = under_way.iter().sum();
                    assert!(before + all_but_the_last < 64 * 1024 || last_word, "too large: {frames:?}");
                    under_way.push_back(all_but_the_last + last);
                    assert!(under_way.len() <= usize::from(self.window.max(1)) || last_word, "too many: {frames:?}");
                    self.said.entry(socket).or_default().extend(frames);
                }
                effect => self.orders.push(effect),
            }
        }
        if let Some(due) = self.session.next_deadline() {
            assert!(due > self.now_ms, "nothing stays due");
        }
        if self.fast {
            let busy = self.under_way.iter().filter(|(_, batches)| !batches.is_empty());
            let busy: Vec<_> = busy.map(|(socket, _)| *socket).collect();
            busy.into_iter().for_each(|socket| self.drained(socket));
        }
    }

    /// Everything that is under way to a socket is written.
    pub fn drained(&mut self, socket: u64) {
        self.drains(socket, self.under_way(socket));
    }

    /// The oldest so many batches are.
    pub fn drains(&mut self, socket: u64, batches: u16) {
        self.under_way.entry(socket).or_default().drain(..usize::from(batches));
        self.step(Input::Drained { socket: SocketKey(socket), batches });
    }

    /// Batches that a socket was handed and has not written.
    pub fn under_way(&self, socket: u64) -> u16 {
        self.under_way.get(&socket).map_or(0, |batches| u16::try_from(batches.len()).expect("they are few"))
    }

    pub fn sign_in(&mut self, socket: u64, sid: &str) {
        self.attach(socket, sid, AttachKind::New);
    }

    pub fn resume(&mut self, socket: u64, epoch: u64, last_seq: u64) {
        self.attach(socket, "s", AttachKind::Resume { epoch, last_seq });
    }

    pub fn attach(&mut self, socket: u64, sid: &str, kind: AttachKind) {
        self.attach_as(Subprotocol::Bincode, socket, sid, kind);
    }

    pub fn attach_as(&mut self, subprotocol: Subprotocol, socket: u64, sid: &str, kind: AttachKind) {
        let user_name = UserName::parse("Ann").expect("a good name");
        let (socket, window) = (SocketKey(socket), self.window);
        let (sid, session) = (sid.to_owned(), format!("token of {sid}"));
        let attach = Attach { socket, subprotocol, window, reference: Some(1), user_name, sid, session, kind };
        self.step(Input::Attach(attach));
    }

    pub fn lose(&mut self, socket: u64) {
        self.step(Input::SocketLost { socket: SocketKey(socket) });
    }

    pub fn say(&mut self, socket: u64, reference: Option<u64>, ack: Option<u64>, message: ClientMessage) {
        let inbound = Inbound::Frame(ClientFrame { reference, ack, message });
        self.step(Input::Client { socket: SocketKey(socket), inbound });
    }

    pub fn ask(&mut self, socket: u64, reference: u64, message: ClientMessage) {
        self.say(socket, Some(reference), None, message);
    }

    pub fn ack(&mut self, socket: u64, seq: u64) {
        self.say(socket, None, Some(seq), ClientMessage::Ping { client_time_ms: 0 });
        self.said(socket);
    }

    /// Something happens in the room.
    pub fn event(&mut self, text: &str) {
        self.step(Input::RoomEvent { room_id: room_id(), event: EncodedEvent::new(&happening(text)) });
    }

    pub fn answer(&mut self, op: OpId, result: Result<OkBody, WireError>) {
        self.step(Input::RoomReply { room_id: room_id(), op, result });
    }

    pub fn released(&mut self) {
        self.step(Input::RoomReleased { room_id: room_id() });
    }

    pub fn wait(&mut self, ms: u64) {
        self.now_ms += ms;
        self.step(Input::Tick);
    }

    /// What this socket was handed since the last time this was asked.
    pub fn said(&mut self, socket: u64) -> Vec<ServerFrame> {
        self.said.remove(&socket).unwrap_or_default()
    }

    /// The texts of the events among it, by `seq`.
    pub fn events(&mut self, socket: u64) -> Vec<(u64, String)> {
        let event = |frame| match frame {
            ServerFrame::Event { seq, event } => Some((seq, what(&event))),
            ServerFrame::Ok { .. } | ServerFrame::Error { .. } | ServerFrame::Control(_) => None,
        };
        self.said(socket).into_iter().filter_map(event).collect()
    }

    /// The refs answered on this socket since the last time, with the code of what was refused.
    pub fn answers(&mut self, socket: u64) -> Vec<(u64, Option<ErrorCode>)> {
        let answer = |frame| match frame {
            ServerFrame::Ok { reference, .. } => Some((reference?, None)),
            ServerFrame::Error { reference, error } => Some((reference?, Some(error.code))),
            ServerFrame::Event { .. } | ServerFrame::Control(_) => None,
        };
        self.said(socket).into_iter().filter_map(answer).collect()
    }

    /// The greeting, which comes first and is taken off; what was said after it stays to be read.
    pub fn hello(&mut self, socket: u64) -> HelloOk {
        let mut said = self.said(socket);
        assert!(!said.is_empty(), "a greeting");
        let ServerFrame::Ok { reference: Some(1), body: OkBody::Hello(hello) } = said.remove(0) else {
            panic!("the greeting comes first")
        };
        self.said.insert(socket, said);
        *hello
    }

    /// Everything else that the session has ordered since the last time this was asked.
    pub fn orders(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.orders)
    }

    /// The last question to the room manager; all orders are taken.
    pub fn asked_rooms(&mut self) -> (OpId, Ask) {
        let asked = |effect| match effect {
            Effect::AskRooms { op, ask } => Some((op, ask)),
            _ => None,
        };
        self.orders().into_iter().filter_map(asked).next_back().expect("the room manager was asked")
    }

    /// The last question to the room; all orders are taken.
    pub fn asked_room(&mut self) -> (OpId, Command) {
        self.commands().pop().expect("the room was asked")
    }

    /// Every question to the room; all orders are taken.
    pub fn commands(&mut self) -> Vec<(OpId, Command)> {
        let asked = |effect| match effect {
            Effect::AskRoom { op, command, .. } => Some((op, command)),
            _ => None,
        };
        self.orders().into_iter().filter_map(asked).collect()
    }

    /// The question of a greeting to the room; all orders are taken.
    pub fn online_op(&mut self) -> OpId {
        let asked = |effect| match effect {
            Effect::Online { op, .. } => Some(op),
            _ => None,
        };
        self.orders().into_iter().find_map(asked).expect("the room is told")
    }
}

fn read(frame: OutFrame<'_>) -> ServerFrame {
    match frame.subprotocol {
        Subprotocol::Bincode => decode_server_binary(frame.content).expect("a good frame"),
        Subprotocol::Json => {
            let text = str::from_utf8(frame.content).expect("text");
            let kind = |_| umbra_protocol::ReplyKind::Hello;
            umbra_protocol::decode_server_json(text, kind).expect("a good frame")
        }
    }
}

pub fn room_id() -> RoomId {
    RoomId("8KQ2ZT".into())
}

pub fn join() -> ClientMessage {
    ClientMessage::RoomJoin { room_id: room_id(), join_as: JoinAs::Player }
}

pub fn chat(text: &str) -> ClientMessage {
    ClientMessage::ChatSend { text: text.to_owned() }
}

pub fn happening(text: &str) -> Event {
    let (uid, user_name) = (Uid("bob".into()), UserName::parse("Bob").expect("a good name"));
    Event::Chat { uid, user_name, text: text.to_owned() }
}

/// The text of a happening, or the id of another event.
pub fn what(event: &Event) -> String {
    match event {
        Event::Chat { text, .. } => text.clone(),
        event => event.id().to_owned(),
    }
}

pub fn refused(code: ErrorCode) -> WireError {
    WireError::new(code, "no")
}

pub fn closed(socket: u64, code: CloseCode) -> Effect {
    Effect::Close { socket: SocketKey(socket), code }
}

pub fn snapshot() -> RoomSnapshot {
    RoomSnapshot {
        room_id: room_id(),
        game: "relay".to_owned(),
        phase: Phase::Waiting,
        host: Uid("bob".into()),
        private: false,
        seats: 2,
        options: GameValue::trusted("{}".to_owned()),
        players: Vec::new(),
        spectators: Vec::new(),
        my_seat: None,
        turn: None,
        view: None,
        last_outcome: None,
    }
}
