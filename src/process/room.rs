//! A room's process: one room, from its creator's joining until nobody is left.
//!
//! Where we are: `socket → user → **room** → user → socket`. Everything is decided by [`Room`], the only place where
//! the state of a match changes; here messages become its inputs and its effects become messages. It monitors its
//! members, whose death (as opposed to their leaving) is a crash.

mod ledger;
mod post;
mod revival;
mod search;
mod waiting;

use serde::{Deserialize, Serialize};
use umbra_machine::journal::{Answered, Kept, Members, Origin, Part, Replayed, speaker};
use umbra_machine::room::{Effect, Input, Room, RoomLimits, RoomPlan, To};
use umbra_machine::settings::LogLevel;
use umbra_otp::{Handle, Inbox, Incoming, ProcessId, now_ms};
use umbra_protocol::{EncodedEvent, RoomId, RoomSummary, Uid};

use super::alarm::Alarm;
use super::inspect::Inspection;
use super::messages::{FromRoom, RoomManagerMessage, RoomMessage, UserMessage};
use super::room_manager;
use crate::{games, log};
use ledger::Ledger;
use post::Post;
use revival::Revived;
use search::Search;
use waiting::Waiting;

/// What a room is started with.
#[derive(Debug, Serialize, Deserialize)]
pub struct RoomArgs {
    /// What it is made from.
    pub plan: RoomPlan,
    /// Its part of the settings.
    pub limits: RoomLimits,
    /// The setting `room_pace_ms`.
    pub pace_ms: u64,
    /// What it logs at most.
    pub log_level: LogLevel,
    /// Whether the room was there before and its process has died.
    pub again: bool,
}

/// An input and the user process it came from.
type Spoken = Part<Handle<UserMessage>>;

/// The process.
pub fn run(args: RoomArgs, mut inbox: Inbox<RoomMessage>) {
    log::set_level(args.log_level);
    // Invariant: the room manager was handed the game's name by a user that had looked it up in the same catalog.
    let rules = games::catalog().get(&args.plan.game).expect("a room is of a game in the catalog");
    let room_id = args.plan.room_id.clone();
    if !args.again {
        log::debug(|| format!("room {room_id} started for {}", args.plan.creator));
        let room = Room::new(args.plan, rules, args.limits, now_ms());
        return Table::new(room, args.pace_ms, Members(Vec::new()), Ledger::new(room_id), inbox).serve();
    }
    let RoomArgs { plan, limits, pace_ms, .. } = args;
    match revival::revive(&plan, limits, rules, &mut inbox) {
        Ok(revived) => {
            lunatic_log::info!("room {room_id} goes on after input {}", revived.replayed.n);
            let Revived { replayed: Replayed { room, members, last, .. }, poison, undone, ledger, waiting } = revived;
            let mut table = Table::new(room, pace_ms, members, ledger, inbox);
            table.go_on(last.map(|entry| entry.parts), poison, undone, waiting);
            table.serve();
        }
        Err(why) => {
            lunatic_log::error!("room {room_id} cannot be brought back: {why}");
            if let Some(manager) = room_manager() {
                manager.send(RoomManagerMessage::Ended { room_id, room: ProcessId::of(&inbox.this()) });
            }
        }
    }
}

struct Table {
    room: Room,
    inbox: Inbox<RoomMessage>,
    alarm: Alarm,
    /// Who is told of events, by the handle through which they came.
    members: Members<Handle<UserMessage>>,
    ledger: Ledger,
    waiting: Waiting,
    /// Whose message is being dealt with: the one to answer, member or not.
    asking: Option<(Uid, Handle<UserMessage>)>,
    post: Post,
    /// Members whose process died in game.
    search: Search,
    /// The line in the lobby as the room manager knows it.
    told: Option<RoomSummary>,
    over: bool,
}

impl Table {
    fn new(
        room: Room,
        pace_ms: u64,
        members: Members<Handle<UserMessage>>,
        ledger: Ledger,
        inbox: Inbox<RoomMessage>,
    ) -> Self {
        let (alarm, post, search) = (Alarm::default(), Post::new(&room.plan().room_id), Search::default());
        let waiting = Waiting::new(pace_ms);
        Self { room, inbox, alarm, members, ledger, waiting, asking: None, post, search, told: None, over: false }
    }

    fn serve(mut self) {
        self.ring();
        while !self.over {
            let incoming = self.inbox.receive();
            self.wake(incoming);
        }
        log::debug(|| format!("room {} ended", self.room_id()));
    }

    /// Sees to it that the journal knows this room.
    fn keep_known(&mut self) {
        if self.ledger.wants_image() {
            self.hand_in_image();
        }
    }

    fn hand_in_image(&mut self) {
        let kept = Kept { n: self.ledger.n(), room: self.room.image(), members: self.members.0.clone() };
        self.ledger.keep(self.room.plan().clone(), self.inbox.this(), kept);
    }

    fn wake(&mut self, incoming: Incoming<RoomMessage>) {
        match incoming {
            Incoming::Message(RoomMessage::Command { uid, user, op, origin, command })
                if command.may_wait() && self.members.get(&uid) == Some(&user) =>
            {
                let (at_ms, from) = (now_ms(), Some(user));
                let part = Part { at_ms, input: Input::Command { uid, op, command }, from, origin };
                let parts = self.waiting.add(part, &self.inbox);
                self.begin_all(parts);
            }
            Incoming::Message(RoomMessage::Paced(epoch)) => {
                let parts = self.waiting.rang(epoch);
                self.begin_all(parts);
            }
            other => {
                let parts = self.waiting.take();
                self.begin_all(parts);
                if !self.over {
                    self.obey(other);
                }
            }
        }
        self.ring();
    }

    /// What nobody waits for, and what comes before has been dealt with.
    fn obey(&mut self, incoming: Incoming<RoomMessage>) {
        match incoming {
            Incoming::Message(RoomMessage::Command { uid, user, op, origin, command }) => {
                self.asked(uid.clone(), user, Input::Command { uid, op, command }, origin);
            }
            Incoming::Message(RoomMessage::Online { uid, user, op }) => {
                self.asked(uid.clone(), user, Input::Online { uid, op }, None);
            }
            Incoming::Message(RoomMessage::Offline { uid, user }) => {
                self.asked(uid.clone(), user, Input::Offline { uid }, None);
            }
            Incoming::Message(RoomMessage::Returned { uid, user, op }) => {
                self.asked(uid.clone(), user, Input::Returned { uid, op }, None);
            }
            Incoming::Message(RoomMessage::Crashed { uid, user }) => self.crashed(uid, user),
            Incoming::Message(RoomMessage::Tick(epoch)) => {
                if self.alarm.rang(epoch) {
                    self.search.ask_again(now_ms(), self.inbox.this());
                    self.input(Input::Tick);
                }
            }
            Incoming::Message(RoomMessage::Paced(_)) => unreachable!("dealt with in `wake`"),
            Incoming::Message(RoomMessage::Stop) => self.over = true,
            Incoming::Message(RoomMessage::HandIn) => self.keep_known(),
            Incoming::Message(RoomMessage::Recalled(_)) => {
                lunatic_log::warn!("room {} was told what it was, and had not asked", self.room_id());
            }
            Incoming::Message(RoomMessage::Inspect(inspector)) => inspector.send(self.inspection()),
            Incoming::Down(id) => self.down(id),
            Incoming::LinkDied(tag) => lunatic_log::warn!("room {} heard of {tag:?}, not its child", self.room_id()),
            Incoming::Garbled(why) => lunatic_log::error!("room {} got a garbled message: {why}", self.room_id()),
        }
    }

    fn ring(&mut self) {
        let due_ms = [self.room.next_deadline(), self.search.next_deadline()].into_iter().flatten().min();
        self.alarm.set(&self.inbox, due_ms, RoomMessage::Tick);
    }

    /// A user's message. Its handle must be the one that is held for the uid: a dead one that is held is out of date and
    /// refreshed, a living one means that somebody else speaks in this user's name.
    fn asked(&mut self, uid: Uid, user: Handle<UserMessage>, input: Input, origin: Option<Origin>) {
        if let Some(held) = self.members.get(&uid).copied().filter(|held| *held != user)
            && ProcessId::of(&held).is_alive()
        {
            lunatic_log::error!("room {} refused {user:?}, which is not user {uid}", self.room_id());
            return;
        }
        self.input_from(input, Some(user), origin);
    }

    /// A member that speaks through another process from now on is told and watched there.
    fn refresh_asking(&mut self) {
        if let Some((uid, user)) = self.asking.clone()
            && let Some(former) = self.members.refresh(&uid, user)
        {
            self.room.renewed(&uid);
            self.search.found(&uid);
            self.inbox.demonitor(ProcessId::of(&former));
            self.inbox.monitor(user);
        }
    }

    /// A member's process has died; whoever leaves by message is no longer monitored.
    fn down(&mut self, id: ProcessId) {
        if let Some((uid, _)) = self.members.0.iter().find(|(_, user)| ProcessId::of(user) == id) {
            lunatic_log::warn!("room {}: the process of user {uid} died", self.room_id());
            let uid = uid.clone();
            self.input(Input::Lost { uid });
        }
    }

    /// A member does not come back, if it has not done so meanwhile.
    fn crashed(&mut self, uid: Uid, dead: ProcessId) {
        if self.members.get(&uid).is_some_and(|held| ProcessId::of(held) == dead) {
            lunatic_log::warn!("room {}: user {uid} does not come back, which is a forced exit", self.room_id());
            self.search.found(&uid);
            self.input(Input::Crashed { uid });
        }
    }

    fn input(&mut self, input: Input) {
        self.input_from(input, None, None);
    }

    fn input_from(&mut self, input: Input, from: Option<Handle<UserMessage>>, origin: Option<Origin>) {
        self.begin(vec![Part { at_ms: now_ms(), input, from, origin }], false);
    }

    fn begin_all(&mut self, parts: Vec<Spoken>) {
        if !parts.is_empty() {
            self.begin(parts, false);
        }
    }

    fn begin(&mut self, parts: Vec<Spoken>, suspect: bool) {
        self.keep_known();
        let parts = self.ledger.begin(parts, suspect);
        self.take(parts);
    }

    /// Decides all of it, and then tells all of it: nobody hears of an input before the journal knows that the last one with
    /// it has been survived.
    fn take(&mut self, parts: Vec<Spoken>) {
        let (mut decided, mut answered) = (Vec::with_capacity(parts.len()), Vec::new());
        for Part { at_ms, input, from, origin } in parts {
            self.asking = speaker(&input).cloned().zip(from);
            self.refresh_asking();
            let effects = self.room.handle(at_ms, input);
            answered.extend(origin.and_then(|origin| answer_to(origin, &effects)));
            decided.push((self.asking.take(), effects));
        }
        self.ledger.done(answered);
        for (asking, effects) in decided {
            self.asking = asking;
            for effect in effects {
                self.perform(effect);
            }
        }
        self.asking = None;
        self.post.leave(self.ledger.n());
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
                    self.members.admit(uid, user);
                } else {
                    lunatic_log::error!("room {} let in user {uid}, who did not ask", self.room_id());
                }
            }
            Effect::Released(uid) => {
                self.search.found(&uid);
                if let Some(user) = self.members.release(&uid) {
                    self.inbox.demonitor(ProcessId::of(&user));
                    self.post.add(user, FromRoom::Released);
                }
            }
            Effect::Tell { to, event } => {
                let what = FromRoom::Event(EncodedEvent::new(&event));
                match to {
                    To::Everyone => self.post.add_for_all(self.members.0.iter().map(|(_, user)| *user), what),
                    To::Only(uid) => {
                        if let Some(user) = self.members.get(&uid) {
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
            Effect::Seek(uid) => {
                if let Some(user) = self.members.get(&uid) {
                    self.search.begin(now_ms(), uid, ProcessId::of(user), self.inbox.this());
                }
            }
            Effect::Closed => {
                self.ledger.forget();
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
        let members = self.members.0.iter().map(|(uid, user)| (uid.clone(), ProcessId::of(user))).collect();
        Inspection::Room { phase: snapshot.phase, seats, members, monitors: self.inbox.monitors() }
    }

    fn room_id(&self) -> &RoomId {
        &self.room.plan().room_id
    }
}

/// The answer among `effects` to the action that was asked.
fn answer_to(origin: Origin, effects: &[Effect]) -> Option<Answered> {
    effects.iter().find_map(|effect| match effect {
        Effect::Reply { to, op: _, result } => {
            Some(Answered { uid: to.clone(), origin: origin.clone(), result: result.clone() })
        }
        Effect::Admitted(_) | Effect::Released(_) | Effect::Tell { .. } | Effect::Seek(_) | Effect::Closed => None,
    })
}
