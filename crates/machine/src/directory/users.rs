//! Every signed-in user of this node, and who may sign in.
//!
//! A user ends when nobody could come back to it. It asks for leave to do so, because a connection may be on its way to
//! it in that very moment: from the question to the answer, newcomers are held back here, so that no attach is lost and
//! no user is there twice.

use std::collections::HashMap;

use umbra_protocol::Uid;

/// The registry of users. `H` is how a user is reached, `A` what brings a connection to it.
pub struct UserDirectory<H, A> {
    users: HashMap<Uid, Entry<H, A>>,
    users_max: usize,
}

enum Entry<H, A> {
    Here(H),
    /// Was given leave to end; these wait for what becomes of it.
    Ending {
        handle: H,
        held: Vec<A>,
    },
}

/// Where a connection that has signed in goes.
#[derive(Debug, PartialEq, Eq)]
pub enum Route<H, A> {
    /// To the user that is here.
    To(H, A),
    /// The user is just ending: nowhere yet.
    Held,
    /// Nobody of that uid is here: start one.
    Start(A),
    /// There are as many users as there may be.
    Full(A),
}

impl<H: Clone, A> UserDirectory<H, A> {
    /// Nobody yet, and never more than `users_max`.
    pub fn new(users_max: usize) -> Self {
        Self { users: HashMap::new(), users_max }
    }

    /// Where a connection of `uid` goes.
    pub fn route(&mut self, uid: &Uid, attach: A) -> Route<H, A> {
        let full = self.users.len() >= self.users_max;
        match self.users.get_mut(uid) {
            Some(Entry::Here(handle)) => Route::To(handle.clone(), attach),
            Some(Entry::Ending { held, .. }) => {
                held.push(attach);
                Route::Held
            }
            None if full => Route::Full(attach),
            None => Route::Start(attach),
        }
    }

    /// A user was started.
    pub fn insert(&mut self, uid: Uid, handle: H) {
        self.users.insert(uid, Entry::Here(handle));
    }

    /// A user asks for leave to end. True when it has it; false when it is not the one that is known here.
    pub fn let_end(&mut self, uid: &Uid, is_it: impl FnOnce(&H) -> bool) -> bool {
        match self.users.remove(uid) {
            Some(Entry::Here(handle)) if is_it(&handle) => {
                self.users.insert(uid.clone(), Entry::Ending { handle, held: Vec::new() });
                true
            }
            Some(other) => {
                self.users.insert(uid.clone(), other);
                false
            }
            None => false,
        }
    }

    /// A user that had leave to end stays, since somebody came: those held back go to it.
    pub fn stays(&mut self, uid: &Uid) -> Vec<(H, A)> {
        match self.users.remove(uid) {
            Some(Entry::Ending { handle, held }) => {
                self.users.insert(uid.clone(), Entry::Here(handle.clone()));
                held.into_iter().map(|attach| (handle.clone(), attach)).collect()
            }
            Some(here) => {
                self.users.insert(uid.clone(), here);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// A user has ended or died. Those held back want it started anew. Forgetting it twice changes nothing.
    pub fn remove(&mut self, uid: &Uid) -> Vec<A> {
        match self.users.remove(uid) {
            Some(Entry::Ending { held, .. }) => held,
            Some(Entry::Here(_)) | None => Vec::new(),
        }
    }

    /// Whether a user has leave to end.
    pub fn is_ending(&self, uid: &Uid) -> bool {
        matches!(self.users.get(uid), Some(Entry::Ending { .. }))
    }

    /// The user of that uid.
    pub fn get(&self, uid: &Uid) -> Option<&H> {
        self.users.get(uid).map(Entry::handle)
    }

    /// Everybody.
    pub fn iter(&self) -> impl Iterator<Item = (&Uid, &H)> {
        self.users.iter().map(|(uid, entry)| (uid, entry.handle()))
    }

    /// How many users there are.
    pub fn len(&self) -> usize {
        self.users.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty()
    }
}

impl<H, A> Entry<H, A> {
    fn handle(&self) -> &H {
        match self {
            Self::Here(handle) | Self::Ending { handle, .. } => handle,
        }
    }
}
