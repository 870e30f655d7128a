//! A room whose process has died is brought back: the journal is asked what it was, and its inputs are taken once more.

use umbra_game::Rules;
use umbra_machine::journal::{Recalled, Replayed, replay};
use umbra_machine::room::{RoomLimits, RoomPlan};
use umbra_otp::{Handle, Inbox, Incoming};

use super::Spoken;
use super::ledger::Ledger;
use crate::process::journal;
use crate::process::messages::{JournalMessage, RoomMessage, UserMessage};

/// A room that can go on.
pub(super) struct Revived {
    pub replayed: Replayed<Handle<UserMessage>>,
    pub poison: Option<Spoken>,
    /// To be begun anew, each by itself.
    pub undone: Vec<Spoken>,
    pub ledger: Ledger,
    /// What has come while the journal was asked.
    pub waiting: Vec<RoomMessage>,
}

/// Asks and waits. An error says why the room cannot go on.
pub(super) fn revive(
    plan: &RoomPlan,
    limits: RoomLimits,
    rules: &'static dyn Rules,
    inbox: &mut Inbox<RoomMessage>,
) -> Result<Revived, String> {
    let journal = journal().ok_or("there is no journal")?;
    inbox.monitor(journal);
    let room_id = plan.room_id.clone();
    journal.send(JournalMessage::Recall { room_id: room_id.clone(), room: inbox.this() });
    let mut waiting = Vec::new();
    let recalled = loop {
        match inbox.receive() {
            Incoming::Message(RoomMessage::Recalled(recalled)) => break recalled,
            Incoming::Message(message) => waiting.push(message),
            Incoming::Down(_) => return Err("the journal died while it was asked".to_owned()),
            Incoming::LinkDied(_) | Incoming::Garbled(_) => {}
        }
    };
    inbox.demonitor(umbra_otp::ProcessId::of(&journal));
    let mut recalled: Recalled<_> = *recalled.ok_or("the journal does not know it")?;
    let (poison, undone) = (recalled.poison.take(), std::mem::take(&mut recalled.undone));
    let replayed = replay(recalled, rules, limits).map_err(|error| error.to_string())?;
    let ledger = Ledger::resumed(room_id, replayed.n, replayed.inputs, journal);
    Ok(Revived { replayed, poison, undone, ledger, waiting })
}
