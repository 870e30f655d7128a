//! Memory of users who sit in a running match and do nothing.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::time::sleep;
use umbra_client::Subprotocol;

use crate::memory::{self, Memory};
use crate::room;
use crate::server::Server;

/// How long the server may come to rest before it is weighed.
const SETTLE: Duration = Duration::from_secs(3);

/// Added bytes for each user.
///
/// # Errors
/// The server was not started here, or the set-up fails.
pub async fn run(server: &Server, subprotocol: Subprotocol, users: usize, room_size: u8) -> Result<Memory> {
    let pid = server.pid().context("the memory of a server that was not started here is out of reach")?;
    // One room first: what the first user of all costs is not what a user costs.
    let first = room::seat(server.addr(), subprotocol, room_size.into(), room_size).await?;
    sleep(SETTLE).await;
    let before = memory::of(&pid)?;
    let rooms = room::seat(server.addr(), subprotocol, users, room_size).await?;
    sleep(SETTLE).await;
    let after = memory::of(&pid)?;
    drop((first, rooms));
    let each = |after: f64, before: f64| (after - before) / users as f64;
    Ok(Memory { rss: each(after.rss, before.rss), pss: each(after.pss, before.pss) })
}
