//! What a connection's twin wants done.

use umbra_protocol::{CloseCode, Hello, ServerFrame, Uid, UserName};

use crate::session::{Inbound, OutFrames};

/// An order to whoever owns the connection. `U` is where the user's process is reached.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect<U> {
    /// Ask the user manager for the user, then say whom was asked: [`Socket::asked`](super::Socket::asked).
    Ask(Question),
    /// Be told of the end of the user's process: [`Socket::user_is_gone`](super::Socket::user_is_gone).
    Watch(U),
    /// To the user: the client said something.
    Forward {
        /// Its process.
        user: U,
        /// What.
        inbound: Inbound,
        /// Batches that are written and were not told of before.
        drained: u16,
    },
    /// To the user: batches are written.
    Drained {
        /// Its process.
        user: U,
        /// How many, of those that were not told of before.
        batches: u16,
    },
    /// Write one message of the server's own.
    Say(ServerFrame),
    /// Write these messages of the user's, in one piece, then say so: [`Socket::delivered`](super::Socket::delivered).
    Deliver {
        /// WebSocket messages, in order.
        frames: OutFrames,
        /// The `ref`s that are answered among them.
        answers: Vec<u64>,
    },
    /// Write the goodbye, then say so: [`Socket::goodbye_written`](super::Socket::goodbye_written).
    Goodbye(CloseCode),
}

/// What the user manager is asked. The user itself answers, or the user manager that there is to be none.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// Who is this?
    SignIn {
        /// The `ref` of the `HELLO`.
        reference: Option<u64>,
        /// The credentials.
        hello: Hello,
        /// Nobody can guess these, and they are the same when the question comes again: they name who signs in.
        chance: [u64; 2],
    },
    /// Where is this user's next process?
    Return {
        /// Who.
        uid: Uid,
        /// Under which name.
        user_name: UserName,
        /// Names the sign-in.
        sid: String,
    },
}
