//! The room manager's process: registry of all rooms; it starts them. No game message ever passes through it.
//!
//! It is asked for create, look-up and list only. It forgets a room when the room announces its end and when it dies,
//! whichever comes first.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use umbra_machine::directory::{RoomDirectory, Wish};
use umbra_machine::journal::Kept;
use umbra_machine::room::{OpId, Room, RoomLimits, RoomPlan};
use umbra_machine::session::Ask;
use umbra_machine::settings::Settings;
use umbra_otp::{
    Ack, Children, Handle, Inbox, Incoming, Intensity, Next, ProcessId, ProcessLimits, Restart, SpawnError, names,
    now_ms,
};
use umbra_protocol::{ErrorCode, RoomId, Uid, WireError};

use super::inspect::Inspection;
use super::messages::{JournalMessage, RoomManagerMessage, RoomMessage, RoomsAnswer, UserMessage};
use super::room::{self, RoomArgs};
use super::{ROOM_MANAGER, journal, random};
use crate::{games, log};

/// What the room manager is started with.
#[derive(Debug, Serialize, Deserialize)]
pub struct RoomManagerArgs {
    /// All settings.
    pub settings: Settings,
    /// To say that it is ready.
    pub ack: Ack,
}

/// How long rooms are given to end when the server stops.
const STOP_DEADLINE: Duration = Duration::from_secs(2);

/// The process.
pub fn run(args: RoomManagerArgs, mut inbox: Inbox<RoomManagerMessage>) {
    log::set_level(args.settings.log_level);
    let intensity = Intensity { max_restarts: args.settings.restarts_max, period_ms: args.settings.restart_period_ms };
    names::register(ROOM_MANAGER, inbox.this());
    let remembering = journal();
    if let Some(journal) = remembering {
        inbox.monitor(journal);
        journal.send(JournalMessage::Rooms { manager: inbox.this() });
    }
    args.ack.started();
    let mut manager = RoomManager {
        directory: RoomDirectory::new(args.settings.rooms_max),
        settings: args.settings,
        children: Children::new(intensity),
        inbox,
        draining: false,
        former: HashMap::new(),
        patient: Vec::new(),
        remembering: remembering.map(|journal| ProcessId::of(&journal)),
    };
    loop {
        match manager.inbox.receive() {
            Incoming::Message(RoomManagerMessage::Stop) => break,
            incoming => manager.wake(incoming),
        }
    }
    manager.children.stop_all(&mut manager.inbox, |_| RoomMessage::Stop, STOP_DEADLINE);
}

struct RoomManager {
    settings: Settings,
    directory: RoomDirectory<Handle<RoomMessage>>,
    children: Children<RoomId, RoomMessage>,
    inbox: Inbox<RoomManagerMessage>,
    draining: bool,
    /// The journal, until it has said which rooms there were.
    remembering: Option<ProcessId>,
    /// Rooms of a room manager before this one whose processes are still to end.
    former: HashMap<ProcessId, RoomPlan>,
    /// Who asks for a room that is just being brought back.
    patient: Vec<(Uid, Handle<UserMessage>, OpId, RoomId)>,
}

impl RoomManager {
    fn wake(&mut self, incoming: Incoming<RoomManagerMessage>) {
        match incoming {
            Incoming::Message(RoomManagerMessage::Ask { uid, user, op, ask: Ask::Find { room_id } })
                if self.remembering.is_some() || self.is_coming_back(&room_id) =>
            {
                self.patient.push((uid, user, op, room_id));
            }
            Incoming::Message(RoomManagerMessage::Ask { uid, user, op, ask: Ask::Find { room_id } })
                if self.directory.find(&room_id).is_none() =>
            {
                self.look_for(uid, user, op, room_id);
            }
            Incoming::Message(RoomManagerMessage::Looked { room_id, found }) => self.looked(&room_id, found),
            Incoming::Message(RoomManagerMessage::Ask { uid, user, op, ask }) => {
                let answer = self.answer(&uid, ask);
                user.send(UserMessage::Rooms { op, answer });
            }
            Incoming::Message(RoomManagerMessage::Remembered { rooms }) => self.take_over(rooms),
            Incoming::Message(RoomManagerMessage::JournalStarted) => {
                for (_, room) in self.children.iter() {
                    room.send(RoomMessage::HandIn);
                }
                // The one that was asked about these is no more, and this one knows nothing.
                self.answer_all_patient();
            }
            Incoming::Message(RoomManagerMessage::Changed { room_id, room, summary }) => {
                if self.is_known(&room_id, room) {
                    self.directory.update(&room_id, summary);
                }
            }
            Incoming::Message(RoomManagerMessage::Ended { room_id, room }) => {
                if self.is_known(&room_id, room) {
                    self.directory.remove(&room_id);
                }
            }
            Incoming::Message(RoomManagerMessage::Drain) => self.draining = true,
            Incoming::Message(RoomManagerMessage::Stop) => unreachable!("ends the loop of `run`"),
            Incoming::Message(RoomManagerMessage::Inspect(inspector)) => {
                let rooms = self.directory.iter().map(|(room_id, room)| (room_id.clone(), ProcessId::of(room)));
                inspector.send(Inspection::Rooms { rooms: rooms.collect(), monitors: self.inbox.monitors() });
            }
            Incoming::LinkDied(tag) => {
                let reason = self.inbox.exit_reason(tag);
                if let Some(ended) = self.children.on_link_died(tag) {
                    lunatic_log::error!("room {} failed ({reason})", ended.key);
                    self.gone(&ended.key, ended.next);
                }
            }
            Incoming::Down(id) => {
                if self.remembering == Some(id) {
                    self.take_over(Vec::new());
                } else if let Some(plan) = self.former.remove(&id) {
                    self.bring_back(plan);
                } else if let Some(ended) = self.children.on_down(id) {
                    self.gone(&ended.key, ended.next);
                }
            }
            Incoming::Garbled(why) => lunatic_log::error!("the room manager got a garbled message: {why}"),
        }
    }

    /// A room's process has ended: by itself, or it failed and is to be brought back, unless it failed too often.
    fn gone(&mut self, room_id: &RoomId, next: Next) {
        match next {
            Next::Restart => match self.directory.plan(room_id).cloned() {
                Some(plan) => self.bring_back(plan),
                None => drop(self.children.forget(room_id)),
            },
            Next::GiveUp => {
                lunatic_log::error!("room {room_id} failed too often and is dissolved");
                self.give_up(room_id);
            }
            Next::Forget => {
                self.directory.remove(room_id);
                self.answer_patient(room_id);
            }
        }
    }

    /// A room of a room manager before this one may have taken its last breath, and been written down, after this one had
    /// asked which rooms there were. So the journal is asked once more before it is said that there is no such room.
    fn look_for(&mut self, uid: Uid, user: Handle<UserMessage>, op: OpId, room_id: RoomId) {
        let Some(journal) = journal() else {
            let answer = RoomsAnswer::Found(self.find(room_id));
            return user.send(UserMessage::Rooms { op, answer });
        };
        journal.send(JournalMessage::Room { room_id: room_id.clone(), manager: self.inbox.this() });
        self.patient.push((uid, user, op, room_id));
    }

    fn looked(&mut self, room_id: &RoomId, found: Option<Box<(RoomPlan, Handle<RoomMessage>)>>) {
        if self.directory.find(room_id).is_none()
            && let Some(room) = found
        {
            self.take_over(vec![*room]);
        }
        if !self.is_coming_back(room_id) {
            self.answer_patient(room_id);
        }
    }

    /// A room manager before this one had these. They are ended before they are brought back: two processes of one room
    /// would each tell a story of its own.
    fn take_over(&mut self, rooms: Vec<(RoomPlan, Handle<RoomMessage>)>) {
        if let Some(journal) = self.remembering.take() {
            self.inbox.demonitor(journal);
        }
        for (plan, room) in rooms {
            self.directory.insert(plan.clone(), room);
            self.former.insert(ProcessId::of(&room), plan);
            self.inbox.monitor(room);
            room.kill();
        }
        self.answer_all_patient();
    }

    fn answer_all_patient(&mut self) {
        for (.., room_id) in self.patient.clone() {
            if !self.is_coming_back(&room_id) {
                self.answer_patient(&room_id);
            }
        }
    }

    fn bring_back(&mut self, plan: RoomPlan) {
        let room_id = plan.room_id.clone();
        match self.start(plan, true) {
            Ok(room) => {
                self.directory.replace(&room_id, room);
                self.answer_patient(&room_id);
            }
            Err(error) => {
                lunatic_log::error!("no process to bring room {room_id} back: {error}");
                self.give_up(&room_id);
            }
        }
    }

    fn give_up(&mut self, room_id: &RoomId) {
        self.children.forget(room_id);
        self.directory.remove(room_id);
        if let Some(journal) = journal() {
            journal.send(JournalMessage::Forget { room_id: room_id.clone() });
        }
        self.answer_patient(room_id);
    }

    /// Its process is no more, and its next one not here yet.
    fn is_coming_back(&self, room_id: &RoomId) -> bool {
        let former = self.former.values().any(|plan| plan.room_id == *room_id);
        former || self.directory.find(room_id).is_some_and(|room| !ProcessId::of(room).is_alive())
    }

    fn answer_patient(&mut self, room_id: &RoomId) {
        let (answered, rest) = std::mem::take(&mut self.patient).into_iter().partition(|(.., asked)| asked == room_id);
        self.patient = rest;
        for (_, user, op, room_id) in answered {
            user.send(UserMessage::Rooms { op, answer: RoomsAnswer::Found(self.find(room_id)) });
        }
    }

    fn start(&mut self, plan: RoomPlan, again: bool) -> Result<Handle<RoomMessage>, SpawnError> {
        let key = plan.room_id.clone();
        let (limits, log_level) = (RoomLimits::of(&self.settings), self.settings.log_level);
        let args = RoomArgs { plan, limits, pace_ms: self.settings.room_pace_ms, log_level, again };
        let limits = ProcessLimits { memory_bytes: Some(self.settings.room_memory_bytes), may_spawn: false };
        self.children.start(&mut self.inbox, key, args, room::run, &limits, Restart::Transient)
    }

    fn is_known(&self, room_id: &RoomId, room: ProcessId) -> bool {
        let known = self.directory.find(room_id).is_some_and(|handle| ProcessId::of(handle) == room);
        if !known {
            lunatic_log::warn!("the room manager ignored a message of {room}, which is not room {room_id}");
        }
        known
    }

    fn answer(&mut self, uid: &Uid, ask: Ask) -> RoomsAnswer {
        match ask {
            Ask::List { game } => RoomsAnswer::List(self.directory.list(game.as_deref())),
            Ask::Find { room_id } => RoomsAnswer::Found(self.find(room_id)),
            Ask::Create { wish, private } => RoomsAnswer::Found(self.create(uid, wish, private)),
            Ask::Quick { wish, not } => {
                match self.directory.quick(now_ms(), &wish, &not).map(|(id, handle)| (id, *handle)) {
                    Some(found) => RoomsAnswer::Found(Ok(found)),
                    None => RoomsAnswer::Found(self.create(uid, wish, false)),
                }
            }
        }
    }

    fn find(&self, room_id: RoomId) -> Result<(RoomId, Handle<RoomMessage>), WireError> {
        match self.directory.find(&room_id).copied().filter(|room| ProcessId::of(room).is_alive()) {
            Some(room) => Ok((room_id, room)),
            None => Err(WireError::new(ErrorCode::RoomNotFound, format!("there is no room {room_id}"))),
        }
    }

    fn create(&mut self, uid: &Uid, wish: Wish, private: bool) -> Result<(RoomId, Handle<RoomMessage>), WireError> {
        if self.draining {
            let message = "the server is about to stop, expected a reconnect in a moment";
            return Err(WireError::new(ErrorCode::ServerDraining, message));
        }
        if self.directory.full() {
            let message = format!("there are {} rooms, which is as many as there may be", self.settings.rooms_max);
            return Err(WireError::new(ErrorCode::ServerFull, message));
        }
        let plan = RoomPlan {
            room_id: self.directory.free_id(random),
            game: wish.game,
            options: wish.options,
            seats: wish.seats,
            private,
            creator: uid.clone(),
            seed: wish.seed.unwrap_or_else(random),
        };
        let started = self.start(plan.clone(), false);
        let handle = started.map_err(|error| {
            lunatic_log::error!("no process for room {}: {error}", plan.room_id);
            WireError::new(ErrorCode::ServerFull, "the server has no space for another room, try again later")
        })?;
        let room_id = plan.room_id.clone();
        self.make_known(&plan, handle);
        self.directory.insert(plan, handle);
        Ok((room_id, handle))
    }

    /// Tells the journal of a new room before anybody can go there: whatever becomes of both, a room manager after this one
    /// knows of it.
    fn make_known(&self, plan: &RoomPlan, room: Handle<RoomMessage>) {
        if let (Some(journal), Some(rules)) = (journal(), games::catalog().get(&plan.game)) {
            let new = Room::new(plan.clone(), rules, RoomLimits::of(&self.settings), now_ms());
            let kept = Box::new(Kept { n: 0, room: new.image(), members: Vec::new() });
            journal.send(JournalMessage::Keep { plan: plan.clone(), room, kept });
        }
    }
}
