//! Coming and going: how many users a second can connect, sign in, join a room, leave it and hang up.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::future::try_join_all;
use umbra_client::Subprotocol;
use umbra_client::raw::Frame;
use umbra_protocol::{ClientMessage, ReplyKind, RoomSpec};

use crate::room::Player;

/// How many come and go at a time.
const VISITORS: usize = 32;

/// Visits a second.
///
/// # Errors
/// The first that any visitor met.
pub async fn run(addr: &str, subprotocol: Subprotocol, room_size: u8, window: Duration) -> Result<f64> {
    let start = Instant::now();
    let visitors = (0..VISITORS).map(|visitor| async move {
        let mut visits = 0u64;
        while start.elapsed() < window {
            visit(addr, subprotocol, visitor, room_size).await?;
            visits += 1;
        }
        Ok::<_, anyhow::Error>(visits)
    });
    let visits: u64 = try_join_all(visitors).await?.into_iter().sum();
    Ok(visits as f64 / start.elapsed().as_secs_f64())
}

/// One of them: connects, signs in, joins a room with a free seat, leaves it and hangs up.
///
/// # Errors
/// The first that the visitor met.
pub async fn visit(addr: &str, subprotocol: Subprotocol, visitor: usize, room_size: u8) -> Result<()> {
    let mut player = Player::sign_in(addr, subprotocol, &format!("visitor {visitor}")).await?;
    let spec = RoomSpec { game: "relay".into(), seats: Some(room_size), options: None };
    player.request(ClientMessage::RoomQuickJoin { spec }, ReplyKind::Room).await?;
    player.request(ClientMessage::RoomLeave, ReplyKind::Empty).await?;
    player.connection.send_frame(&Frame::close(1000, "")).await?;
    Ok(())
}
