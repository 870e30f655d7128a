//! A user's process: one signed-in user, from its first connection until nobody could come back to it.
//!
//! Where we are: `socket → **user** → room → user → socket`. Everything is decided by [`Session`]; here messages become
//! its inputs and its effects become messages. It monitors its socket, whose end means "offline", and its room.

mod homecoming;

use serde::{Deserialize, Serialize};
use umbra_machine::room::OpId;
use umbra_machine::session::{Ask, Attach, Effect, Input, Session, SessionLimits, SocketKey};
use umbra_machine::settings::LogLevel;
use umbra_otp::{Handle, Inbox, Incoming, ProcessId, now_ms};
use umbra_protocol::{CloseCode, PackedRoomId, RoomId, Uid, UserName};

use super::alarm::Alarm;
use super::inspect::Inspection;
use super::messages::{
    FromRoom, FromSocket, JournalMessage, Place, RoomManagerMessage, RoomMessage, RoomsAnswer, SignInAnswer,
    SocketMessage, ToSocket, UserManagerMessage, UserMessage,
};
use super::{journal, room_manager, user_manager};
use crate::{games, log};
use homecoming::Homecoming;

/// What a user is started with.
#[derive(Debug, Serialize, Deserialize)]
pub struct UserArgs {
    /// Who.
    pub uid: Uid,
    /// Under which name; `None`: the user was there before and its process has died.
    pub user_name: Option<UserName>,
    /// Its part of the settings.
    pub limits: SessionLimits,
    /// What it logs at most.
    pub log_level: LogLevel,
}

/// The process.
pub fn run(args: UserArgs, inbox: Inbox<UserMessage>) {
    log::set_level(args.log_level);
    log::debug(|| format!("user {} started", args.uid));
    let mut user = match args.user_name.clone() {
        Some(user_name) => User::new(new_session(args, user_name), inbox),
        None => come_back(args, inbox),
    };
    while !user.over {
        let incoming = user.inbox.receive();
        user.wake(incoming);
    }
    log::debug(|| format!("user {} ended", user.session.uid()));
}

#[inline(never)]
fn new_session(args: UserArgs, user_name: UserName) -> Session {
    Session::new(args.uid, user_name, args.limits, games::catalog())
}

/// Goes on where the process before this one was, as far as anybody knows.
#[inline(never)]
fn come_back(args: UserArgs, inbox: Inbox<UserMessage>) -> User {
    let Homecoming { inbox, room, heard, waiting, record, ops, .. } =
        Homecoming::new(args.uid.clone(), args.limits.request_timeout_ms, inbox).complete();
    lunatic_log::info!("user {} goes on, {}", args.uid, if record.is_some() { "as it was" } else { "from nothing" });
    let session = match record {
        Some(record) => Session::restored(now_ms(), args.uid, *record, ops, args.limits, games::catalog()),
        None => {
            // Invariant: whoever signs in brings a name, and until then nobody hears this one.
            let nobody = UserName::parse("nobody").expect("a good name");
            new_session(args, nobody)
        }
    };
    let mut user = User { room, heard, ..User::new(session, inbox) };
    // The journal learns where it is now.
    user.wake(Incoming::Message(UserMessage::HandIn));
    for incoming in waiting {
        if user.over {
            break;
        }
        user.wake(incoming);
    }
    user
}

/// What a user has heard of its room.
struct Heard {
    /// The room, as it names itself.
    packed: PackedRoomId,
    room_id: RoomId,
    /// The last input.
    n: u64,
}

struct User {
    session: Session,
    inbox: Inbox<UserMessage>,
    alarm: Alarm,
    /// The live connection; during a takeover also the one that it replaces.
    sockets: Vec<(SocketKey, Handle<SocketMessage>)>,
    room: Option<(RoomId, Handle<RoomMessage>)>,
    heard: Option<Heard>,
    /// The room manager, while it is asked for something.
    asked_rooms: Option<ProcessId>,
    over: bool,
}

impl User {
    fn new(session: Session, inbox: Inbox<UserMessage>) -> Self {
        let (sockets, alarm) = (Vec::new(), Alarm::default());
        Self { session, inbox, alarm, sockets, room: None, heard: None, asked_rooms: None, over: false }
    }

    fn wake(&mut self, incoming: Incoming<UserMessage>) {
        match incoming {
            Incoming::Message(message) => self.message(message),
            Incoming::Down(id) => self.down(id),
            Incoming::LinkDied(tag) => {
                lunatic_log::warn!("user {} heard of {tag:?}, not its child", self.session.uid())
            }
            Incoming::Garbled(why) => lunatic_log::error!("user {} got a garbled message: {why}", self.session.uid()),
        }
        self.alarm.set(&self.inbox, self.session.next_deadline(), UserMessage::Tick);
    }

    fn message(&mut self, message: UserMessage) {
        match message {
            UserMessage::Socket(FromSocket::Inbound { socket, inbound, drained: 0 }) => {
                self.input(Input::Client { socket, inbound: *inbound });
            }
            UserMessage::Socket(FromSocket::Inbound { socket, inbound, drained: batches }) => {
                self.inputs([Input::Drained { socket, batches }, Input::Client { socket, inbound: *inbound }]);
            }
            UserMessage::Socket(FromSocket::Drained { socket, batches }) => {
                self.input(Input::Drained { socket, batches });
            }
            UserMessage::Attach { attach, socket } => self.attach(*attach, socket),
            UserMessage::Room { room_id, n, said } => self.room_said(room_id, n, said),
            UserMessage::Rooms { op, answer: RoomsAnswer::List(rooms) } => {
                self.rooms_answered();
                self.input(Input::Listed { op, rooms });
            }
            UserMessage::Rooms { op, answer: RoomsAnswer::Found(found) } => {
                self.rooms_answered();
                let found = found.map(|(room_id, room)| {
                    self.meet(room_id.clone(), room);
                    room_id
                });
                self.input(Input::RoomFound { op, found });
                self.drop_room_not_entered();
            }
            UserMessage::MayEnd => self.input(Input::MayEnd),
            UserMessage::HandIn => self.input(Input::HandIn),
            UserMessage::Recalled(_) => {
                lunatic_log::debug!("user {} was told once more what it was", self.session.uid());
            }
            UserMessage::Draining { reconnect_after_ms } => self.input(Input::Draining { reconnect_after_ms }),
            UserMessage::ThrowOut => self.input(Input::ThrowOut),
            UserMessage::Stop => {
                self.input(Input::Hangup { code: CloseCode::GoingAway });
                self.over = true;
            }
            UserMessage::Tick(epoch) => {
                if self.alarm.rang(epoch) {
                    self.input(Input::Tick);
                }
            }
            UserMessage::Inspect(inspector) => inspector.send(Inspection::User {
                uid: self.session.uid().clone(),
                sockets: self.sockets.iter().map(|(key, _)| *key).collect(),
                place: self.place(),
                monitors: self.inbox.monitors(),
            }),
        }
    }

    fn attach(&mut self, attach: Attach, socket: Handle<SocketMessage>) {
        let (uid, user_name, sid) = (self.session.uid().clone(), attach.user_name.clone(), attach.sid.clone());
        let user = self.inbox.this();
        socket.send(SocketMessage::SignIn(SignInAnswer::Admitted { uid, user_name, sid, user }));
        if self.sockets.iter().all(|(known, _)| *known != attach.socket) {
            self.inbox.monitor(socket);
            self.sockets.push((attach.socket, socket));
        }
        self.input(Input::Attach(attach));
        self.tell_place();
    }

    /// A process that is monitored has ended: a socket (offline), the room (which lets its members go before it ends), or
    /// the room manager, which was asked for something.
    fn down(&mut self, id: ProcessId) {
        if self.asked_rooms.take_if(|manager| *manager == id).is_some() {
            return self.input(Input::RoomsDown);
        }
        if let Some((socket, _)) = self.sockets.iter().find(|(_, handle)| ProcessId::of(handle) == id) {
            let socket = *socket;
            self.input(Input::SocketLost { socket });
        } else if let Some((room_id, _)) = self.room.take_if(|(_, handle)| ProcessId::of(handle) == id) {
            self.tell_place();
            self.input(Input::RoomDown { room_id });
        }
    }

    fn room_said(&mut self, packed: PackedRoomId, n: u64, said: Vec<FromRoom>) {
        let heard = self.heard.as_mut().filter(|heard| heard.packed == packed);
        let Some(room_id) = heard.as_ref().map_or_else(|| packed.unpacked(), |heard| Some(heard.room_id.clone()))
        else {
            return lunatic_log::error!("user {} heard of {packed:?}, which is no room", self.session.uid());
        };
        match heard {
            // A room that was brought back cannot know what its former process still said: it says the last once more.
            Some(heard) if n <= heard.n => return,
            Some(heard) if self.session.room() == Some(&room_id) => heard.n = n,
            None if self.session.room() == Some(&room_id) => {
                self.heard = Some(Heard { packed, room_id: room_id.clone(), n });
            }
            Some(_) | None => {}
        }
        if said.iter().all(|what| matches!(what, FromRoom::Event(_))) {
            let events = said.into_iter().filter_map(|what| match what {
                FromRoom::Event(event) => Some(event),
                FromRoom::Reply(..) | FromRoom::Released => None,
            });
            let effects = self.session.told(now_ms(), &room_id, events);
            return self.perform_all(effects);
        }
        // The last word takes the room's name with it.
        let room_ids = std::iter::repeat_n(room_id, said.len());
        let inputs = said.into_iter().zip(room_ids).map(|(what, room_id)| match what {
            FromRoom::Event(event) => Input::RoomEvent { room_id, event },
            FromRoom::Reply(op, result) => Input::RoomReply { room_id, op, result },
            FromRoom::Released => Input::RoomReleased { room_id },
        });
        self.inputs(inputs);
    }

    fn input(&mut self, input: Input) {
        self.inputs([input]);
    }

    /// What belongs together: what it says to the client leaves together.
    fn inputs(&mut self, inputs: impl IntoIterator<Item = Input>) {
        let effects = self.session.handle_all(now_ms(), inputs);
        self.perform_all(effects);
    }

    fn perform_all(&mut self, mut effects: Vec<Effect>) {
        for effect in effects.drain(..) {
            self.perform(effect);
        }
        self.session.take_back(effects);
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Deliver { socket, frames, answers } => {
                self.to_socket(socket, ToSocket::Deliver { frames, answers });
            }
            Effect::Close { socket, code } => self.to_socket(socket, ToSocket::Close(code)),
            Effect::Forget { socket } => self.forget_socket(socket),
            Effect::AskRooms { op, ask } => self.ask_rooms(op, ask),
            Effect::AskRoom { room_id, op, origin, command } => {
                self.to_room(&room_id, |uid, user| RoomMessage::Command { uid, user, op, origin, command });
            }
            Effect::Keep { facts, answers } => {
                let (uid, user) = (self.session.uid().clone(), self.inbox.this());
                // A journal that is started anew asks for it.
                if let Some(journal) = journal() {
                    journal.send(JournalMessage::User { uid, user, facts, answers });
                }
                // From here on there is somebody to take over when the user manager dies, and the next one will know.
                self.inbox.outlive_parent();
            }
            Effect::Online { room_id, op } => {
                self.to_room(&room_id, |uid, user| RoomMessage::Online { uid, user, op });
            }
            Effect::Offline { room_id } => self.to_room(&room_id, |uid, user| RoomMessage::Offline { uid, user }),
            Effect::LeaveRoom { room_id } => self.part(&room_id),
            Effect::Ending => self.to_user_manager(|uid, user| UserManagerMessage::Ending { uid, user }),
            Effect::Stay => self.to_user_manager(|uid, _| UserManagerMessage::Stays { uid }),
            Effect::End => {
                let (uid, user) = (self.session.uid().clone(), ProcessId::this());
                if let Some(journal) = journal() {
                    journal.send(JournalMessage::ForgetUser { uid, user });
                }
                self.over = true;
            }
            Effect::Odd(what) => lunatic_log::warn!("user {} ignored {what}", self.session.uid()),
        }
    }

    /// Its end is heard of until it has answered.
    fn ask_rooms(&mut self, op: OpId, ask: Ask) {
        let (uid, user) = (self.session.uid().clone(), self.inbox.this());
        let Some(manager) = room_manager() else {
            return self.input(Input::RoomsDown);
        };
        self.rooms_answered();
        self.inbox.monitor(manager);
        self.asked_rooms = Some(ProcessId::of(&manager));
        manager.send(RoomManagerMessage::Ask { uid, user, op, ask });
    }

    fn rooms_answered(&mut self) {
        if let Some(manager) = self.asked_rooms.take() {
            self.inbox.demonitor(manager);
        }
    }

    fn to_socket(&self, socket: SocketKey, message: ToSocket) {
        match self.sockets.iter().find(|(key, _)| *key == socket) {
            Some((_, handle)) => handle.send(SocketMessage::User(message)),
            None => lunatic_log::error!("user {} has no socket {socket:?}", self.session.uid()),
        }
    }

    fn forget_socket(&mut self, socket: SocketKey) {
        for (_, handle) in self.sockets.extract_if(.., |(key, _)| *key == socket) {
            self.inbox.demonitor(ProcessId::of(&handle));
        }
    }

    fn to_room(&self, room_id: &RoomId, message: impl FnOnce(Uid, Handle<UserMessage>) -> RoomMessage) {
        match &self.room {
            Some((known, room)) if known == room_id => {
                room.send(message(self.session.uid().clone(), self.inbox.this()));
            }
            // Its process is lost and its new one not known yet: the twin asks again once it is.
            None => log::debug(|| format!("user {} cannot reach room {room_id} just now", self.session.uid())),
            Some((known, _)) => {
                lunatic_log::error!("user {} is in room {known} and was to speak to {room_id}", self.session.uid());
            }
        }
    }

    fn to_user_manager(&self, message: impl FnOnce(Uid, Handle<UserMessage>) -> UserManagerMessage) {
        if let Some(manager) = user_manager() {
            manager.send(message(self.session.uid().clone(), self.inbox.this()));
        }
    }

    /// A room to go to: its end is to be heard of.
    fn meet(&mut self, room_id: RoomId, room: Handle<RoomMessage>) {
        if let Some((_, former)) = self.room.replace((room_id, room)) {
            self.inbox.demonitor(ProcessId::of(&former));
        }
        self.inbox.monitor(room);
        self.tell_place();
    }

    /// A room that was found but not entered after all is not kept.
    fn drop_room_not_entered(&mut self) {
        if self.session.room().is_none()
            && let Some((room_id, _)) = self.room.clone()
        {
            self.part(&room_id);
        }
    }

    fn part(&mut self, room_id: &RoomId) {
        if let Some((_, room)) = self.room.take_if(|(known, _)| known == room_id) {
            self.inbox.demonitor(ProcessId::of(&room));
            self.tell_place();
        }
    }

    /// The socket holds where its user is.
    fn tell_place(&self) {
        if let Some((_, socket)) = self.sockets.last() {
            socket.send(SocketMessage::User(ToSocket::Room(self.place())));
        }
    }

    fn place(&self) -> Option<Place> {
        let (room_id, room) = self.room.as_ref()?;
        Some(Place { room_id: room_id.clone(), room: ProcessId::of(room) })
    }
}
