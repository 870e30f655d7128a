//! DRIVER: the language of the peers that have none of their own, Cowboy and tokio: the first message names the room, an
//! empty one leaves it, every other is a value for the room. All are texts.

use anyhow::{Result, ensure};
use umbra_client::raw::{Connection, Frame};

use super::stamp::Stamp;
use super::{Dialect, Heard, Seated, goodbye, text};

/// As spoken by `bench/peers/cowboy` and `bench/peers/tokio`.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

async fn join(addr: &str, room: &str) -> Result<Connection> {
    let mut connection = Connection::open(addr, "/ws", &[]).await?;
    connection.send_text(room).await?;
    ensure!(text(&mut connection).await? == "joined", "not let in");
    Ok(connection)
}

impl Dialect for Plain {
    /// Its number among all.
    type Member = u32;

    async fn fill(&self, addr: &str, number: usize, first: u32, size: u8) -> Result<Vec<Seated<u32>>> {
        let mut seated = Vec::new();
        for member in (first..).take(size.into()) {
            seated.push(Seated { connection: join(addr, &format!("room {number}")).await?, member });
        }
        Ok(seated)
    }

    async fn visit(&self, addr: &str, visitor: usize, room_size: u8) -> Result<()> {
        let mut connection = join(addr, &format!("visited {}", visitor / usize::from(room_size))).await?;
        connection.send_text("").await?;
        ensure!(text(&mut connection).await? == "left", "not let out");
        connection.send_frame(&goodbye()).await?;
        Ok(())
    }

    fn act(&self, member: &mut u32, due_ns: u64, to: &mut Vec<u8>) {
        let mut value = vec![b'"'];
        Stamp { due_ns, sender: *member }.write(&mut value);
        value.push(b'"');
        Frame::text(value).encode(to);
    }

    fn hear(&self, member: &mut u32, message: &[u8]) -> Result<Heard> {
        Ok(match Stamp::read(message.get(1..).unwrap_or_default()) {
            Some(stamp) => Heard::Delivered { due_ns: stamp.due_ns, answers: stamp.sender == *member },
            None => Heard::Nothing,
        })
    }

    fn leave(&self, _member: &mut u32, to: &mut Vec<u8>) {
        Frame::text("").encode(to);
        goodbye().encode(to);
    }
}
