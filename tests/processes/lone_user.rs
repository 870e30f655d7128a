//! A real user among puppets: its socket, its room manager and its room are played by the test.

use std::cell::Cell;

use umbra::process::messages::{FromRoom, RoomManagerMessage, RoomMessage, RoomsAnswer, UserMessage};
use umbra::process::user::{self, UserArgs};
use umbra::process::{ROOM_MANAGER, messages};
use umbra_machine::receipts::ONE_AT_A_TIME;
use umbra_machine::room::{Command, OpId};
use umbra_machine::session::{Ask, Attach, AttachKind, SessionLimits};
use umbra_machine::settings::LogLevel;
use umbra_otp::{Handle, names, spawn};
use umbra_protocol::{
    ClientMessage, EncodedEvent, Event, GameValue, OkBody, Phase, RoomId, RoomSnapshot, RoomSpec, Subprotocol, Uid,
    UserName, WireError,
};

use crate::player::Player;
use crate::server::settings;
use crate::stage::{LIMITS, Stage};

pub struct LoneUser {
    pub player: Player,
    pub rooms: Handle<RoomManagerMessage>,
    pub room: Handle<RoomMessage>,
    /// Of the room that the test plays.
    inputs: Cell<u64>,
}

/// Every room that the test plays has this name.
pub fn room_id() -> RoomId {
    RoomId("PUPPET".into())
}

impl LoneUser {
    /// Signed in, and in no room.
    pub fn new(stage: &mut Stage) -> Self {
        let rooms = stage.puppet();
        names::register(ROOM_MANAGER, rooms);
        let user_name = UserName::parse("Ann").expect("a name");
        let args = UserArgs {
            uid: Uid("ann".into()),
            user_name: Some(user_name.clone()),
            limits: SessionLimits::of(&settings()),
            log_level: LogLevel::Warn,
        };
        let user = spawn(args, user::run, &LIMITS).expect("there is room for a process");
        let mut player = Player::behind(stage.puppet(), user);
        let attach = Box::new(Attach {
            socket: player.key(),
            subprotocol: Subprotocol::Bincode,
            window: ONE_AT_A_TIME,
            reference: Some(1),
            user_name,
            sid: "sign-in".into(),
            session: "token".into(),
            kind: AttachKind::New,
        });
        user.send(UserMessage::Attach { attach, socket: player.socket });
        player.admitted(stage);
        player.greeted(stage);
        let room = stage.puppet();
        Self { player, rooms, room, inputs: Cell::new(0) }
    }

    /// Signed in, and in the room that the test plays.
    pub fn in_room(stage: &mut Stage) -> Self {
        let mut lone = Self::new(stage);
        let spec = RoomSpec { game: "relay".into(), seats: Some(2), options: None };
        let asked = lone.player.say(ClientMessage::RoomCreate { spec, private: false });
        let (op, ask) = lone.rooms_are_asked(stage);
        assert!(matches!(ask, Ask::Create { .. }), "{ask:?}");
        lone.found(op, Ok(lone.room));
        let (op, command) = lone.room_is_asked(stage, lone.room);
        assert!(matches!(command, Command::Join { .. }), "{command:?}");
        lone.room_says(FromRoom::Reply(op, Ok(OkBody::Room(Box::new(snapshot())))));
        let (events, outcome) = lone.player.reply(stage, asked);
        assert_eq!((events, outcome), (vec![], Ok(OkBody::Room(Box::new(snapshot())))));
        lone
    }

    pub fn rooms_are_asked(&mut self, stage: &mut Stage) -> (OpId, Ask) {
        match stage.room_manager_hears(self.rooms) {
            RoomManagerMessage::Ask { uid, user, op, ask } => {
                assert_eq!((uid, user), (Uid("ann".into()), self.player.user));
                (op, ask)
            }
            other => panic!("expected a question, got {other:?}"),
        }
    }

    /// The room manager's answer.
    pub fn found(&self, op: OpId, found: Result<Handle<RoomMessage>, WireError>) {
        let answer = RoomsAnswer::Found(found.map(|room| (room_id(), room)));
        self.player.user.send(UserMessage::Rooms { op, answer });
    }

    pub fn room_is_asked(&mut self, stage: &mut Stage, room: Handle<RoomMessage>) -> (OpId, Command) {
        match stage.room_hears(room) {
            messages::RoomMessage::Command { uid, user, op, command, .. } => {
                assert_eq!((uid, user), (Uid("ann".into()), self.player.user));
                (op, command)
            }
            other => panic!("expected a command, got {other:?}"),
        }
    }

    pub fn room_says(&self, what: FromRoom) {
        self.inputs.set(self.inputs.get() + 1);
        let (room_id, n) = (room_id().packed().expect("a room's id"), self.inputs.get());
        self.player.user.send(UserMessage::Room { room_id, n, said: vec![what] });
    }

    pub fn room_tells(&self, event: &Event) {
        self.room_says(FromRoom::Event(EncodedEvent::new(event)));
    }
}

/// What the room that the test plays is like.
pub fn snapshot() -> RoomSnapshot {
    RoomSnapshot {
        room_id: room_id(),
        game: "relay".into(),
        phase: Phase::Waiting,
        host: Uid("ann".into()),
        private: false,
        seats: 2,
        options: GameValue::trusted("{}".into()),
        players: vec![],
        spectators: vec![],
        my_seat: None,
        turn: None,
        view: None,
        last_outcome: None,
    }
}
