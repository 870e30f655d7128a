//! A user whose process has died comes back: it asks the journal, the room manager and its room, and lets everybody else
//! wait meanwhile. What is asked, and in which order, is decided by [`Rebirth`].

use umbra_machine::journal::UserRecord;
use umbra_machine::session::{Ask, Rebirth, RebirthStep};
use umbra_otp::{Handle, Inbox, Incoming, ProcessId, now_ms};
use umbra_protocol::{RoomId, Uid};

use super::Heard;
use crate::process::alarm::Alarm;
use crate::process::messages::{FromRoom, JournalMessage, RoomManagerMessage, RoomMessage, RoomsAnswer, UserMessage};
use crate::process::{journal, room_manager};

/// A user on its way back, and what has become known of it.
pub(super) struct Homecoming {
    uid: Uid,
    rebirth: Rebirth,
    alarm: Alarm,
    pub inbox: Inbox<UserMessage>,
    /// Its room, as far as there is one.
    pub room: Option<(RoomId, Handle<RoomMessage>)>,
    /// The input of the room that has answered it.
    pub heard: Option<Heard>,
    /// What has come meanwhile, in order.
    pub waiting: Vec<Incoming<UserMessage>>,
    /// What it was; `None` when nobody knows.
    pub record: Option<Box<UserRecord>>,
    /// How many questions it has asked.
    pub ops: u64,
    back: bool,
}

impl Homecoming {
    pub fn new(uid: Uid, timeout_ms: u64, inbox: Inbox<UserMessage>) -> Self {
        let (rebirth, alarm) = (Rebirth::new(now_ms(), timeout_ms), Alarm::default());
        let (room, heard, record) = (None, None, None);
        Self { uid, rebirth, alarm, inbox, room, heard, waiting: Vec::new(), record, ops: 0, back: false }
    }

    /// Returns when all that can be known is known.
    pub fn complete(mut self) -> Self {
        loop {
            for step in self.rebirth.steps() {
                self.perform(step);
            }
            if self.back {
                self.ops = self.rebirth.ops();
                return self;
            }
            self.alarm.set(&self.inbox, self.rebirth.next_deadline(), UserMessage::Tick);
            let incoming = self.inbox.receive();
            self.wake(incoming);
        }
    }

    fn wake(&mut self, incoming: Incoming<UserMessage>) {
        let now_ms = now_ms();
        match incoming {
            Incoming::Message(UserMessage::Recalled(record)) => {
                self.rebirth.recalled(now_ms, record.map(|record| *record));
            }
            Incoming::Message(UserMessage::Rooms { op, answer: RoomsAnswer::Found(found) }) => {
                if let Ok((room_id, room)) = &found {
                    self.meet(room_id.clone(), *room);
                }
                self.rebirth.found(now_ms, op, found.map(|(room_id, _)| room_id));
            }
            Incoming::Message(UserMessage::Room { room_id, n, said }) => {
                let answer = said.iter().find_map(|what| match what {
                    FromRoom::Reply(op, result) => Some((*op, result.clone())),
                    FromRoom::Event(_) | FromRoom::Released => None,
                });
                match answer {
                    Some((op, result)) if self.rebirth.answered(now_ms, op, &result) => {
                        self.heard = room_id.unpacked().map(|id| Heard { packed: room_id, room_id: id, n });
                    }
                    Some(_) | None => self.waiting.push(Incoming::Message(UserMessage::Room { room_id, n, said })),
                }
            }
            Incoming::Message(UserMessage::Tick(epoch)) => {
                if self.alarm.rang(epoch) {
                    self.rebirth.tick(now_ms);
                }
            }
            Incoming::Down(id) if self.room.take_if(|(_, room)| ProcessId::of(room) == id).is_some() => {
                self.rebirth.room_down(now_ms);
            }
            other => self.waiting.push(other),
        }
    }

    fn perform(&mut self, step: RebirthStep) {
        let (uid, user) = (self.uid.clone(), self.inbox.this());
        match step {
            RebirthStep::Recall => {
                // Not there just now: the twin asks again.
                if let Some(journal) = journal() {
                    journal.send(JournalMessage::RecallUser { uid, user });
                }
            }
            RebirthStep::Find { op, room_id } => {
                if let Some(manager) = room_manager() {
                    manager.send(RoomManagerMessage::Ask { uid, user, op, ask: Ask::Find { room_id } });
                }
            }
            RebirthStep::Report { room_id, op } => {
                if let Some((_, room)) = self.room.as_ref().filter(|(known, _)| *known == room_id) {
                    room.send(RoomMessage::Returned { uid, user, op });
                }
            }
            RebirthStep::LeaveRoom { room_id } => {
                if let Some((_, room)) = self.room.take_if(|(known, _)| *known == room_id) {
                    self.inbox.demonitor(ProcessId::of(&room));
                }
            }
            RebirthStep::Back(record) => {
                self.record = record;
                self.back = true;
            }
        }
    }

    fn meet(&mut self, room_id: RoomId, room: Handle<RoomMessage>) {
        if let Some((_, former)) = self.room.replace((room_id, room)) {
            self.inbox.demonitor(ProcessId::of(&former));
        }
        self.inbox.monitor(room);
    }
}
