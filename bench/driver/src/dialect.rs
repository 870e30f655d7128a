//! DRIVER: how each kind of server is spoken to. Everything else of the driver is the same for all of them.
//!
//! A dialect says only what has to be said: who connects, sits in a room and plays. It does what the peer's own client
//! library would put on the wire, as text or binary as that does, and takes in no more of what comes back than a
//! measurement needs, so that the driver's own cost is alike for all.

use std::future::Future;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use umbra_client::raw::{Connection, Frame, Received};

pub mod colyseus;
pub mod plain;
pub mod socketio;
pub mod stamp;
pub mod umbra;

/// How long a server may take over anything while users come.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// A language.
pub trait Dialect {
    /// What has to be remembered of one member of a room.
    type Member;

    /// Connects `size` users and seats them in a room of their own. `number` tells rooms apart; `first` is the number of
    /// the first of them among all users of the measurement.
    ///
    /// # Errors
    /// The first that any of them met.
    fn fill(
        &self,
        addr: &str,
        number: usize,
        first: u32,
        size: u8,
    ) -> impl Future<Output = Result<Vec<Seated<Self::Member>>>>;

    /// Connects, joins a room with a free seat, leaves it, and hangs up.
    ///
    /// # Errors
    /// The first that the visitor met.
    fn visit(&self, addr: &str, visitor: usize, room_size: u8) -> impl Future<Output = Result<()>>;

    /// Appends the frame with which a member gives the room a value that was due then.
    fn act(&self, member: &mut Self::Member, due_ns: u64, to: &mut Vec<u8>);

    /// Takes in one message of the server.
    ///
    /// # Errors
    /// What such a server never sends.
    fn hear(&self, member: &mut Self::Member, message: &[u8]) -> Result<Heard>;

    /// Appends what a member says before it goes, so that the server has nothing left to remember of it.
    fn leave(&self, member: &mut Self::Member, to: &mut Vec<u8>);
}

/// A user who sits in a room.
#[derive(Debug)]
pub struct Seated<M> {
    /// The connection.
    pub connection: Connection,
    /// What has to be remembered.
    pub member: M,
}

/// What one message means for a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A value has arrived.
    Delivered {
        /// When it was due, nanoseconds.
        due_ns: u64,
        /// It answers this member's own action: the next may follow.
        answers: bool,
    },
    /// The member's action is answered: the next may follow.
    Answered,
    /// It was refused.
    Refused,
    /// Something that has to be answered with this message of text.
    Asked(&'static str),
    /// Nothing that counts.
    Nothing,
}

/// The next text that is none of the connection's own business.
async fn text(connection: &mut Connection) -> Result<String> {
    match message(connection).await? {
        Received::Text(text) => Ok(text),
        other => bail!("a text was due, and there came {other:?}"),
    }
}

/// The next message, pings being answered.
async fn message(connection: &mut Connection) -> Result<Received> {
    loop {
        match connection.read(ANSWER_TIMEOUT).await.context("waiting for an answer")? {
            Received::Ping(payload) => connection.send_frame(&Frame::pong(payload)).await?,
            Received::Pong(_) => {}
            Received::Close { code, reason } => bail!("the server closed: {code} {reason}"),
            Received::Eof => bail!("the server cut the connection"),
            message @ (Received::Text(_) | Received::Binary(_)) => return Ok(message),
        }
    }
}

/// The close frame of somebody who leaves on purpose.
fn goodbye() -> Frame {
    Frame::close(1000, "")
}
