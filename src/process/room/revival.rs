//! A room whose process has died is brought back: the journal is asked what it was, and its inputs are taken once more.

use umbra_game::Rules;
use umbra_machine::journal::{Answered, Recalled, Replayed, replay};
use umbra_machine::room::{Input, RoomLimits, RoomPlan};
use umbra_otp::{Handle, Inbox, Incoming};
use umbra_protocol::{ErrorCode, WireError};

use super::ledger::Ledger;
use super::{Spoken, Table};
use crate::process::journal;
use crate::process::messages::{FromRoom, JournalMessage, RoomMessage, UserMessage};

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

impl Table {
    /// Takes up the thread: members are watched again, the last entry is told once more, poison is refused, what the room
    /// has died over is begun anew, and what has come meanwhile is dealt with.
    pub fn go_on(
        &mut self,
        last: Option<Vec<Spoken>>,
        poison: Option<Spoken>,
        undone: Vec<Spoken>,
        waiting: Vec<RoomMessage>,
    ) {
        for (_, user) in &self.members.0 {
            self.inbox.monitor(*user);
        }
        if let Some(parts) = last {
            self.ledger.known(parts.len());
            self.take(parts);
        }
        if let Some(part) = poison {
            self.ledger.known(1);
            self.refuse_poison(&part);
        }
        for part in undone {
            if !self.over {
                self.begin(vec![part], true);
            }
        }
        for message in waiting {
            if !self.over {
                self.wake(Incoming::Message(message));
            }
        }
    }

    /// The rules have failed on this input twice. Everything that is needed to see it happen again goes into the log.
    fn refuse_poison(&mut self, part: &Spoken) {
        let (plan, n) = (self.room.plan(), self.ledger.n());
        lunatic_log::error!(
            "room {}: input {n} is poison and was refused: {:?}, in {plan:?}",
            plan.room_id,
            part.input
        );
        if let (Input::Command { uid, op, .. } | Input::Online { uid, op } | Input::Returned { uid, op }, Some(user)) =
            (&part.input, part.from)
        {
            let message = "the game failed on this, expected something else";
            let error = WireError::new(ErrorCode::Internal, message);
            self.room.refused(uid, *op);
            if let Some(origin) = part.origin.clone() {
                self.ledger.done(vec![Answered { uid: uid.clone(), origin, result: Err(error.clone()) }]);
            }
            self.post.add(user, FromRoom::Reply(*op, Err(error)));
            self.post.leave(n);
        }
        self.hand_in_image();
    }
}
