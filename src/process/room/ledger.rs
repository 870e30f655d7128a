//! What a room writes into the journal: what it deals with in one go, mostly one input, before it looks at it, and again when
//! it has dealt with it. What lies in the journal's mailbox is as safe as what it has read, and is read before any question that
//! comes later: so the journal is not woken for each entry.

use std::time::Duration;

use umbra_machine::journal::{Answered, Entry, INPUTS_KEPT, Kept};
use umbra_machine::room::RoomPlan;
use umbra_otp::{Handle, ProcessId};
use umbra_protocol::RoomId;

use super::Spoken;
use crate::process::journal;
use crate::process::messages::{JournalMessage, RoomMessage, UserMessage};

/// A journal that has died is back within milliseconds. Without one a room would decide what it could not remember: so it
/// waits, and goes on without only when there seems to be none at all.
const PAUSE: Duration = Duration::from_millis(5);
const PAUSES_MAX: u32 = 200;

/// The journal: the one that is known, as long as it lives, since only its death makes another.
fn present(known: Option<Handle<JournalMessage>>) -> Option<Handle<JournalMessage>> {
    known.filter(|journal| ProcessId::of(journal).is_alive()).or_else(journal)
}

fn patiently(known: Option<Handle<JournalMessage>>) -> Option<Handle<JournalMessage>> {
    let mut pauses = 0;
    loop {
        let present = present(known);
        if present.is_some() || pauses == PAUSES_MAX {
            return present;
        }
        umbra_otp::sleep(PAUSE);
        pauses += 1;
    }
}

/// A room's place in the journal.
pub(super) struct Ledger {
    room_id: RoomId,
    /// The number of the last entry.
    n: u64,
    /// How many inputs are in no image that the journal has.
    unkept: usize,
    /// Whether a journal that is missing is worth waiting for.
    expects_one: bool,
    /// The journal that has it.
    journal: Option<Handle<JournalMessage>>,
}

impl Ledger {
    /// Of a room that nobody knows yet.
    pub fn new(room_id: RoomId) -> Self {
        Self { room_id, n: 0, unkept: 0, expects_one: true, journal: None }
    }

    /// Of a room that was brought back from `journal`, with so many inputs since its image.
    pub fn resumed(room_id: RoomId, n: u64, unkept: usize, journal: Handle<JournalMessage>) -> Self {
        Self { room_id, n, unkept, expects_one: true, journal: Some(journal) }
    }

    /// The number of the last entry.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Whether the journal is due an image: it is another one, which knows nothing of this room, or has many inputs.
    pub fn wants_image(&mut self) -> bool {
        let present = if self.expects_one { patiently(self.journal) } else { present(self.journal) };
        self.expects_one = present.is_some();
        let same =
            present.map(|journal| ProcessId::of(&journal)) == self.journal.map(|journal| ProcessId::of(&journal));
        self.journal = present;
        self.journal.is_some() && (!same || self.unkept >= INPUTS_KEPT)
    }

    /// Hands in an image of the room as it is now.
    pub fn keep(&mut self, plan: RoomPlan, room: Handle<RoomMessage>, kept: Kept<Handle<UserMessage>>) {
        self.unkept = 0;
        if let Some(journal) = self.journal {
            journal.send(JournalMessage::Keep { plan, room, kept: Box::new(kept) });
        }
    }

    /// The room is about to look at these in one go, and gets them back. A `suspect` was under way before, when the room died.
    pub fn begin(&mut self, parts: Vec<Spoken>, suspect: bool) -> Vec<Spoken> {
        self.known(parts.len());
        let Some(journal) = self.journal else { return parts };
        let entry = Entry { n: self.n, parts, suspect };
        let message = JournalMessage::Append { room_id: self.room_id.clone(), entry };
        journal.send_unhurried(&message);
        let JournalMessage::Append { entry, .. } = message else { unreachable!("it was made here") };
        entry.parts
    }

    /// The room has dealt with them, and answered the actions among them; from here on others may learn of it.
    pub fn done(&mut self, answered: Vec<Answered>) {
        if let Some(journal) = self.journal {
            journal.send_unhurried(&JournalMessage::Done { room_id: self.room_id.clone(), n: self.n, answered });
        }
    }

    /// An entry of so many inputs that the journal has already: taken once more, or refused unseen.
    pub fn known(&mut self, inputs: usize) {
        self.n += 1;
        self.unkept += inputs;
    }

    /// The room is over.
    pub fn forget(&mut self) {
        if let Some(journal) = self.journal {
            journal.send(JournalMessage::Forget { room_id: self.room_id.clone() });
        }
    }
}
