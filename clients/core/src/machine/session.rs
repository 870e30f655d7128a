//! MACHINE: the session: what both sides must agree on to go on after a lost connection.

use serde::{Deserialize, Serialize};
use umbra_protocol::{Hello, HelloOk};

/// All that is needed to take up a session again, in this program or in its next run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Saved {
    /// The session token. Whoever has it is that user: keep it like a password.
    pub session: String,
    /// The epoch of the event numbering.
    pub epoch: u64,
    /// The highest `seq` this client took in. Events that wait in the home for the program count as taken in.
    pub last_seq: u64,
    /// The highest `ref` given out.
    pub last_ref: u64,
}

/// Where an event stands in the numbering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The one that was expected.
    Next,
    /// Taken in before.
    Duplicate,
    /// Something between is missing.
    Gap,
}

/// The session as this client knows it.
#[derive(Debug)]
pub struct Session {
    credentials: Hello,
    token: Option<String>,
    epoch: u64,
    last_seq: u64,
    last_ref: u64,
    answered_ref: u64,
}

impl Session {
    /// Before the first sign-in.
    pub fn new(credentials: Hello) -> Self {
        Self { credentials, token: None, epoch: 0, last_seq: 0, last_ref: 0, answered_ref: 0 }
    }

    /// Goes on with a session of an earlier run.
    pub fn resume(saved: Saved) -> Self {
        let Saved { session, epoch, last_seq, last_ref } = saved;
        let credentials = Hello::Resume { session: session.clone(), epoch, last_seq };
        Self { credentials, token: Some(session), epoch, last_seq, last_ref, answered_ref: 0 }
    }

    /// How to sign in now: back into the session, if there is one.
    pub fn hello(&self) -> Hello {
        match &self.token {
            Some(session) => Hello::Resume { session: session.clone(), epoch: self.epoch, last_seq: self.last_seq },
            None => self.credentials.clone(),
        }
    }

    /// The server signed us in.
    pub fn greeted(&mut self, ok: &HelloOk) -> Continuity {
        let events = ok.resumed && self.token.is_some() && ok.epoch == self.epoch;
        // A server that knows none of our refs, or fewer than it answered, has begun a new session for the same user.
        let actions = ok.resumed || (ok.last_ref > 0 && ok.last_ref >= self.answered_ref);
        self.token = Some(ok.session.clone());
        self.epoch = ok.epoch;
        if !events {
            self.last_seq = 0;
        }
        if !actions {
            self.answered_ref = 0;
        }
        self.last_ref = self.last_ref.max(ok.last_ref);
        Continuity { events, actions }
    }

    /// The `ref` of the next action.
    pub fn next_ref(&mut self) -> u64 {
        self.last_ref += 1;
        self.last_ref
    }

    /// A reply came.
    pub fn answered(&mut self, reference: u64) {
        self.answered_ref = self.answered_ref.max(reference);
    }

    /// Where `seq` stands; [`Place::Next`] counts it as taken in.
    pub fn place(&mut self, seq: u64) -> Place {
        if seq <= self.last_seq {
            return Place::Duplicate;
        }
        if seq > self.last_seq + 1 {
            return Place::Gap;
        }
        self.last_seq = seq;
        Place::Next
    }

    /// `RESYNC`: the numbering begins again. False: an epoch that is not newer, so nothing to do with the present.
    pub fn resync(&mut self, epoch: u64, seq: u64) -> bool {
        let newer = epoch > self.epoch;
        if newer {
            (self.epoch, self.last_seq) = (epoch, seq);
        }
        newer
    }

    /// The events cannot be had in order: the next sign-in asks for the whole present state instead.
    pub fn forget_place(&mut self) {
        (self.epoch, self.last_seq) = (0, 0);
    }

    /// The highest `seq` taken in.
    pub fn last_seq(&self) -> u64 {
        self.last_seq
    }

    /// The epoch.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// What to keep for another run; `None` before the first sign-in.
    pub fn saved(&self) -> Option<Saved> {
        let Self { epoch, last_seq, last_ref, .. } = *self;
        self.token.clone().map(|session| Saved { session, epoch, last_seq, last_ref })
    }
}

/// What a sign-in carried over from before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Continuity {
    /// The events go on without a gap.
    pub events: bool,
    /// The server knows which actions it carried out, so that sending them again is safe.
    pub actions: bool,
}
