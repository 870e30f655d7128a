//! What the journal keeps of every user: which session it is in, which room, and the answers that rooms have given it.
//!
//! A user tells of itself whenever one of its facts changes, before anybody learns of the change; a room tells of each
//! answer before it gives it. So a user whose process dies comes back into the same session, and an action that was
//! carried out is answered again and not carried out again.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};
use umbra_protocol::limits::REPLIES_KEPT;
use umbra_protocol::{OkBody, RoomId, Uid, UserName, WireError};

/// The answer to one action, under its `ref`.
pub type Answer = (u64, Result<OkBody, WireError>);

/// Which of a client's actions a command is: its `ref` within one sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Names the sign-in.
    pub sid: String,
    /// The action's `ref`.
    pub reference: u64,
}

/// An action that a room has carried out, or refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    /// Whose.
    pub uid: Uid,
    /// Which.
    pub origin: Origin,
    /// What came of it.
    pub result: Result<OkBody, WireError>,
}

/// What a user says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserFacts {
    /// The name it goes by.
    pub user_name: UserName,
    /// Names the sign-in.
    pub sid: String,
    /// The highest epoch that its client may know of.
    pub epoch: u64,
    /// The room it is in, or on the way into.
    pub room: Option<RoomId>,
}

/// What a user needs to go on in another process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserRecord {
    /// As it last said.
    pub facts: UserFacts,
    /// Its last answers, in the order in which they were given; [`REPLIES_KEPT`] at most.
    pub answers: Vec<Answer>,
}

/// Every user of this node. `H` is how a user is reached.
pub(super) struct Users<H> {
    known: HashMap<Uid, Known<H>>,
}

struct Known<H> {
    handle: H,
    facts: UserFacts,
    answers: VecDeque<Answer>,
    /// No `ref` in `answers` is higher.
    answers_max: u64,
}

impl<H: Clone + PartialEq> Users<H> {
    pub fn new() -> Self {
        Self { known: HashMap::new() }
    }

    /// A new sign-in begins with no answers. `all_answers` come with the facts when this journal is new and the user not.
    pub fn keep(&mut self, uid: Uid, handle: H, facts: UserFacts, all_answers: Option<Vec<Answer>>) {
        let before = self.known.remove(&uid).filter(|known| known.facts.sid == facts.sid);
        let answers = all_answers.map(VecDeque::from).or(before.map(|known| known.answers)).unwrap_or_default();
        let answers_max = answers.iter().map(|(reference, _)| *reference).max().unwrap_or(0);
        self.known.insert(uid, Known { handle, facts, answers, answers_max });
    }

    pub fn relocate(&mut self, uid: &Uid, handle: H) {
        if let Some(known) = self.known.get_mut(uid) {
            known.handle = handle;
        }
    }

    /// An answer to a question of an earlier sign-in is nobody's any more. The same answer comes again from a room that
    /// was brought back.
    pub fn answered(&mut self, answered: Answered) {
        let Answered { uid, origin: Origin { sid, reference }, result } = answered;
        let Some(known) = self.known.get_mut(&uid).filter(|known| known.facts.sid == sid) else {
            return;
        };
        if reference <= known.answers_max && known.answers.iter().any(|(kept, _)| *kept == reference) {
            return;
        }
        known.answers_max = known.answers_max.max(reference);
        if known.answers.len() == REPLIES_KEPT {
            known.answers.pop_front();
        }
        known.answers.push_back((reference, result));
    }

    pub fn recall(&self, uid: &Uid) -> Option<UserRecord> {
        let Known { facts, answers, .. } = self.known.get(uid)?;
        Some(UserRecord { facts: facts.clone(), answers: answers.iter().cloned().collect() })
    }

    /// A user has ended; one that has come after it under the same uid has not.
    pub fn forget(&mut self, uid: &Uid, is_it: impl FnOnce(&H) -> bool) {
        if self.known.get(uid).is_some_and(|known| is_it(&known.handle)) {
            self.known.remove(uid);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Uid, &H)> {
        self.known.iter().map(|(uid, known)| (uid, &known.handle))
    }
}
