//! Bringing a room back: its image, and the inputs since, once more and in silence.

use umbra_game::{RestoreError, Rules};
use umbra_protocol::Uid;

use super::{Entry, Part, Recalled};
use crate::room::{Effect, Input, Room, RoomLimits};

/// A room that is where it was just before its last entry.
pub struct Replayed<H> {
    /// The room.
    pub room: Room,
    /// Everybody who is told of events.
    pub members: Members<H>,
    /// The last entry that is in `room`.
    pub n: u64,
    /// How many inputs since the image are in it.
    pub inputs: usize,
    /// To be taken once more, aloud this time: what it brought about may not have been told to everybody.
    pub last: Option<Entry<H>>,
}

/// Who is told of events, in the order of joining, by the handle through which each came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members<H>(pub Vec<(Uid, H)>);

impl<H: PartialEq> Members<H> {
    /// How a member is reached.
    pub fn get(&self, uid: &Uid) -> Option<&H> {
        self.0.iter().find(|(member, _)| member == uid).map(|(_, handle)| handle)
    }

    /// Somebody is a member from here on.
    pub fn admit(&mut self, uid: Uid, handle: H) {
        self.0.push((uid, handle));
    }

    /// Somebody is no member any more; says how they were reached.
    pub fn release(&mut self, uid: &Uid) -> Option<H> {
        let at = self.0.iter().position(|(member, _)| member == uid)?;
        Some(self.0.remove(at).1)
    }

    /// A member is reached through `handle` from here on; says through what before, if that is a change.
    pub fn refresh(&mut self, uid: &Uid, handle: H) -> Option<H> {
        let held = self.0.iter_mut().find(|(member, held)| member == uid && *held != handle)?;
        Some(std::mem::replace(&mut held.1, handle))
    }
}

/// Brings a room back. `rules` are those of its plan's game.
///
/// # Errors
/// The image is not of this version of the game.
pub fn replay<H: Clone + PartialEq>(
    recalled: Recalled<H>,
    rules: &'static dyn Rules,
    limits: RoomLimits,
) -> Result<Replayed<H>, RestoreError> {
    let Recalled { kept, mut entries, .. } = recalled;
    let last = entries.pop();
    let mut members = Members(kept.members);
    let mut room = Room::restore(kept.room, rules, limits)?;
    let n = entries.last().map_or(kept.n, |entry| entry.n);
    let mut inputs = 0;
    for Part { at_ms, input, from, origin: _ } in entries.into_iter().flat_map(|entry| entry.parts) {
        inputs += 1;
        let from = speaker(&input).cloned().zip(from);
        if let Some((uid, handle)) = &from
            && members.refresh(uid, handle.clone()).is_some()
        {
            room.renewed(uid);
        }
        for effect in room.handle(at_ms, input) {
            match effect {
                Effect::Admitted(uid) => {
                    if let Some((_, handle)) = from.clone().filter(|(speaker, _)| *speaker == uid) {
                        members.admit(uid, handle);
                    }
                }
                Effect::Released(uid) => {
                    members.release(&uid);
                }
                Effect::Tell { .. } | Effect::Reply { .. } | Effect::Seek(_) | Effect::Closed => {}
            }
        }
    }
    Ok(Replayed { room, members, n, inputs, last })
}

/// Whose input it is, if a user's.
pub fn speaker(input: &Input) -> Option<&Uid> {
    match input {
        Input::Command { uid, .. }
        | Input::Online { uid, .. }
        | Input::Returned { uid, .. }
        | Input::Offline { uid } => Some(uid),
        Input::Lost { .. } | Input::Crashed { .. } | Input::Tick => None,
    }
}
