//! A room's process: one room, from its creator's joining until nobody is left.
//!
//! Where we are: `socket → user → **room** → user → socket`. Everything is decided by [`Room`], the only place where
//! the state of a match changes; here messages become its inputs and its effects become messages. It monitors its
//! members, whose death (as opposed to their leaving) is a crash.

mod post;

use serde::{Deserialize, Serialize};
use umbra_machine::room::{Effect, Input, Room, RoomLimits, RoomPlan, To};
use umbra_machine::settings::LogLevel;
use umbra_otp::{Handle, Inbox, Incoming, ProcessId, now_ms};
use umbra_protocol::{EncodedEvent, RoomId, RoomSummary, Uid};

use super::alarm::Alarm;
use super::inspect::Inspection;
use super::messages::{FromRoom, RoomManagerMessage, RoomMessage, UserMessage};
use super::room_manager;
use crate::{games, log};
use post::Post;

/// What a room is started with.
#[derive(Debug, Serialize, Deserialize)]
pub struct RoomArgs {
    /// What it is made from.
    pub plan: RoomPlan,
    /// Its part of the settings.
    pub limits: RoomLimits,
    /// What it logs at most.
    pub log_level: LogLevel,
}

/// The process.
pub fn run(args: RoomArgs, inbox: Inbox<RoomMessage>) {
    log::set_level(args.log_level);
    log::debug(|| format!("room {} started for {}", args.plan.room_id, args.plan.creator));
    // Invariant: the room manager was handed the game's name by a user that had looked it up in the same catalog.
    let rules = games::catalog().get(&args.plan.game).expect("a room is of a game in the catalog");
    let mut table = Table {
        room: Room::new(args.plan, rules, args.limits, now_ms()),
        inbox,
        alarm: Alarm::default(),
        members: Vec::new(),
        asking: None,
        post: Post::default(),
        told: None,
        over: false,
    };
    table.ring();
    while !table.over {
        let incoming = table.inbox.receive();
        table.wake(incoming);
    }
    log::debug(|| format!("room {} ended", table.room_id()));
}

struct Table {
    room: Room,
    inbox: Inbox<RoomMessage>,
    alarm: Alarm,
    /// Who is told of events, by the handle through which they came.
    members: Vec<(Uid, Handle<UserMessage>)>,
    /// Whose message is being dealt with: the one to answer, member or not.
    asking: Option<(Uid, Handle<UserMessage>)>,
    post: Post,
    /// The line in the lobby as the room manager knows it.
    told: Option<RoomSummary>,
    over: bool,
}

impl Table {
    fn wake(&mut self, incoming: Incoming<RoomMessage>) {
        match incoming {
            Incoming::Message(RoomMessage::Command { uid, user, op, command }) => {
                self.asked(uid.clone(), user, Input::Command { uid, op, command });
            }
            Incoming::Message(RoomMessage::Online { uid, user, op }) => {
                self.asked(uid.clone(), user, Input::Online { uid, op });
            }
            Incoming::Message(RoomMessage::Offline { uid, user }) => {
                self.asked(uid.clone(), user, Input::Offline { uid });
            }
            Incoming::Message(RoomMessage::Tick(epoch)) => {
                if self.alarm.rang(epoch) {
                    self.input(Input::Tick);
                }
            }
            Incoming::Message(RoomMessage::Stop) => self.over = true,
            Incoming::Message(RoomMessage::Inspect(inspector)) => inspector.send(self.inspection()),
            Incoming::Down(id) => self.down(id),
            Incoming::LinkDied(tag) => lunatic_log::warn!("room {} heard of {tag:?}, not its child", self.room_id()),
            Incoming::Garbled(why) => lunatic_log::error!("room {} got a garbled message: {why}", self.room_id()),
        }
        self.ring();
    }

    fn ring(&mut self) {
        self.alarm.set(&self.inbox, now_ms(), self.room.next_deadline(), RoomMessage::Tick);
    }

    /// A user's message. Its handle must be the one that is held for the uid: a dead one that is held is out of date and
    /// refreshed, a living one means that somebody else speaks in this user's name.
    fn asked(&mut self, uid: Uid, user: Handle<UserMessage>, input: Input) {
        if let Some((_, held)) = self.members.iter_mut().find(|(member, _)| *member == uid)
            && *held != user
        {
            let former = ProcessId::of(held);
            if former.is_alive() {
                lunatic_log::error!("room {} refused {user:?}, which is not user {uid}", self.room_id());
                return;
            }
            *held = user;
            self.inbox.demonitor(former);
            self.inbox.monitor(user);
        }
        self.asking = Some((uid, user));
        self.input(input);
        self.asking = None;
    }

    /// A member's process has died; whoever leaves by message is no longer monitored.
    fn down(&mut self, id: ProcessId) {
        if let Some((uid, _)) = self.members.iter().find(|(_, user)| ProcessId::of(user) == id) {
            lunatic_log::warn!("room {}: the process of user {uid} died, which is a forced exit", self.room_id());
            let uid = uid.clone();
            self.input(Input::Crashed { uid });
        }
    }

    fn input(&mut self, input: Input) {
        for effect in self.room.handle(now_ms(), input) {
            self.perform(effect);
        }
        self.post.leave(&self.room.plan().room_id);
        let summary = self.room.summary();
        if !self.over && summary != self.told {
            self.told.clone_from(&summary);
            let (room_id, room) = (self.room_id().clone(), ProcessId::of(&self.inbox.this()));
            if let Some(manager) = room_manager() {
                manager.send(RoomManagerMessage::Changed { room_id, room, summary });
            }
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Admitted(uid) => {
                if let Some((uid, user)) = self.asking.clone().filter(|(asking, _)| *asking == uid) {
                    self.inbox.monitor(user);
                    self.members.push((uid, user));
                } else {
                    lunatic_log::error!("room {} let in user {uid}, who did not ask", self.room_id());
                }
            }
            Effect::Released(uid) => {
                for (_, user) in self.members.extract_if(.., |(member, _)| *member == uid) {
                    self.inbox.demonitor(ProcessId::of(&user));
                    self.post.add(user, FromRoom::Released);
                }
            }
            Effect::Tell { to, event } => {
                let what = FromRoom::Event(EncodedEvent::new(&event));
                match to {
                    To::Everyone => {
                        for (_, user) in &self.members {
                            self.post.add(*user, what.clone());
                        }
                    }
                    To::Only(uid) => {
                        if let Some((_, user)) = self.members.iter().find(|(member, _)| *member == uid) {
                            self.post.add(*user, what);
                        }
                    }
                }
            }
            Effect::Reply { to, op, result } => {
                if let Some((_, user)) = self.asking.as_ref().filter(|(uid, _)| *uid == to) {
                    self.post.add(*user, FromRoom::Reply(op, result));
                }
            }
            Effect::Closed => {
                let (room_id, room) = (self.room_id().clone(), ProcessId::of(&self.inbox.this()));
                if let Some(manager) = room_manager() {
                    manager.send(RoomManagerMessage::Ended { room_id, room });
                }
                self.over = true;
            }
        }
    }

    fn inspection(&self) -> Inspection {
        // Any viewer's will do: the part that depends on who looks is left out.
        let snapshot = self.room.snapshot_for(&self.room.plan().creator);
        let mut seats = vec![None; usize::from(snapshot.seats)];
        for player in snapshot.players {
            seats[usize::from(player.seat.0)] = Some(player.uid);
        }
        let members = self.members.iter().map(|(uid, user)| (uid.clone(), ProcessId::of(user))).collect();
        Inspection::Room { phase: snapshot.phase, seats, members, monitors: self.inbox.monitors() }
    }

    fn room_id(&self) -> &RoomId {
        &self.room.plan().room_id
    }
}
