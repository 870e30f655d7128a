//! DRIVER: Umbra's language, in either of its encodings.

use anyhow::{Context, Result, bail};
use umbra_client::Subprotocol;
use umbra_load::room::{self, Player};
use umbra_load::scan::{self, Scanner};
use umbra_load::{action, cycles};
use umbra_protocol::ClientMessage;

use super::{Dialect, Heard, Seated, goodbye};

/// As in docs/PROTOCOL.md.
#[derive(Debug)]
pub struct Umbra {
    subprotocol: Subprotocol,
    scanner: Scanner,
}

impl Umbra {
    /// In that encoding.
    pub fn new(subprotocol: Subprotocol) -> Self {
        Self { subprotocol, scanner: Scanner::new(subprotocol) }
    }
}

/// The place of a user in its session.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    last_ref: u64,
    last_seq: u64,
}

impl Umbra {
    fn say(&self, place: &mut Place, message: ClientMessage, to: &mut Vec<u8>) {
        place.last_ref += 1;
        let ack = Some(place.last_seq).filter(|seq| *seq > 0);
        action::encode(self.subprotocol, place.last_ref, ack, message, to);
    }
}

impl Dialect for Umbra {
    type Member = Place;

    async fn fill(&self, addr: &str, _number: usize, _first: u32, size: u8) -> Result<Vec<Seated<Place>>> {
        let rooms = room::seat(addr, self.subprotocol, size.into(), size).await?;
        let players = rooms.into_iter().next().context("no room was filled")?;
        let seated = |player: Player| Seated {
            connection: player.connection,
            member: Place { last_ref: player.last_ref, last_seq: player.last_seq },
        };
        Ok(players.into_iter().map(seated).collect())
    }

    async fn visit(&self, addr: &str, visitor: usize, room_size: u8) -> Result<()> {
        cycles::visit(addr, self.subprotocol, visitor, room_size).await.map(drop)
    }

    fn act(&self, place: &mut Place, due_ns: u64, to: &mut Vec<u8>) {
        const VALUE_BYTES: usize = 64;
        self.say(place, action::relay(action::value(due_ns, VALUE_BYTES)), to);
    }

    fn hear(&self, place: &mut Place, message: &[u8]) -> Result<Heard> {
        Ok(match self.scanner.message(message)? {
            scan::Heard::Relayed { seq, due_ns } => {
                place.last_seq = seq;
                // The answer is a message of its own, and comes after the event.
                Heard::Delivered { due_ns, answers: false }
            }
            scan::Heard::OtherEvent { seq } => {
                place.last_seq = seq;
                Heard::Nothing
            }
            scan::Heard::Ok => Heard::Answered,
            scan::Heard::Error => Heard::Refused,
            scan::Heard::Control => Heard::Nothing,
            frame @ (scan::Heard::Ping | scan::Heard::Close) => bail!("{frame:?} is no message"),
        })
    }

    fn leave(&self, place: &mut Place, to: &mut Vec<u8>) {
        self.say(place, ClientMessage::RoomLeave, to);
        goodbye().encode(to);
    }
}
