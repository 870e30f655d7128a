//! The room manager's process: registry of all rooms; it starts them. No game message ever passes through it.
//!
//! It is asked for create, look-up and list only. It forgets a room when the room announces its end and when it dies,
//! whichever comes first.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use umbra_machine::directory::{RoomDirectory, Wish};
use umbra_machine::room::{RoomLimits, RoomPlan};
use umbra_machine::session::Ask;
use umbra_machine::settings::Settings;
use umbra_otp::{
    Ack, Children, Handle, Inbox, Incoming, Intensity, Next, ProcessId, ProcessLimits, Restart, names, now_ms,
};
use umbra_protocol::{ErrorCode, RoomId, Uid, WireError};

use super::inspect::Inspection;
use super::messages::{RoomManagerMessage, RoomMessage, RoomsAnswer, UserMessage};
use super::room::{self, RoomArgs};
use super::{ROOM_MANAGER, random};
use crate::log;

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
pub fn run(args: RoomManagerArgs, inbox: Inbox<RoomManagerMessage>) {
    log::set_level(args.settings.log_level);
    let intensity = Intensity { max_restarts: args.settings.restarts_max, period_ms: args.settings.restart_period_ms };
    names::register(ROOM_MANAGER, inbox.this());
    args.ack.started();
    let mut manager = RoomManager {
        directory: RoomDirectory::new(args.settings.rooms_max),
        settings: args.settings,
        children: Children::new(intensity),
        inbox,
        draining: false,
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
}

impl RoomManager {
    fn wake(&mut self, incoming: Incoming<RoomManagerMessage>) {
        match incoming {
            Incoming::Message(RoomManagerMessage::Ask { uid, user, op, ask }) => {
                let answer = self.answer(&uid, ask);
                user.send(UserMessage::Rooms { op, answer });
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
                    lunatic_log::error!("room {} failed ({reason}) and is dissolved", ended.key);
                    self.gone(&ended.key, ended.next);
                }
            }
            Incoming::Down(id) => {
                if let Some(ended) = self.children.on_down(id) {
                    self.gone(&ended.key, ended.next);
                }
            }
            Incoming::Garbled(why) => lunatic_log::error!("the room manager got a garbled message: {why}"),
        }
    }

    /// A room has ended, in whatever way. Rooms are not started again without their state: that is the journal's to keep.
    fn gone(&mut self, room_id: &RoomId, next: Next) {
        match next {
            Next::Restart | Next::GiveUp | Next::Forget => {
                self.children.forget(room_id);
                self.directory.remove(room_id);
            }
        }
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
            seed: random(),
        };
        let args =
            RoomArgs { plan: plan.clone(), limits: RoomLimits::of(&self.settings), log_level: self.settings.log_level };
        let limits = ProcessLimits { memory_bytes: Some(self.settings.room_memory_bytes), may_spawn: false };
        let key = plan.room_id.clone();
        let started = self.children.start(&mut self.inbox, key, args, room::run, &limits, Restart::Temporary);
        let handle = started.map_err(|error| {
            lunatic_log::error!("no process for room {}: {error}", plan.room_id);
            WireError::new(ErrorCode::ServerFull, "the server has no space for another room, try again later")
        })?;
        let room_id = plan.room_id.clone();
        self.directory.insert(plan, handle);
        Ok((room_id, handle))
    }
}
