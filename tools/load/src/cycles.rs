//! Coming and going: how many users a second can connect, sign in, join a room, leave it and hang up, and how long one of them
//! waits for each, with nobody else about.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::future::try_join_all;
use umbra_client::Subprotocol;
use umbra_client::raw::Frame;
use umbra_protocol::{ClientMessage, ReplyKind, RoomSpec};

use crate::room::Player;

/// How many come and go at a time.
const VISITORS: usize = 32;
/// The first of this many parts of the window belongs to one of them alone.
const PARTS: u32 = 4;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Visits {
    /// By 32 visitors at a time.
    pub per_second: f64,
    /// Of one at a time: the median of each step.
    pub alone: Steps,
}

/// How long each step of a visit takes, from sending to the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Steps {
    /// From the first packet to the WebSocket.
    pub connect: Duration,
    /// From `HELLO` to its `OK`.
    pub sign_in: Duration,
    /// From `ROOM_QUICK_JOIN` to its `OK`.
    pub join: Duration,
    /// From `ROOM_LEAVE` to its `OK`.
    pub leave: Duration,
}

/// Comes and goes for as long as the window.
///
/// # Errors
/// The first that any visitor met.
pub async fn run(addr: &str, subprotocol: Subprotocol, room_size: u8, window: Duration) -> Result<Visits> {
    let alone = alone(addr, subprotocol, room_size, window / PARTS).await?;
    let per_second = together(addr, subprotocol, room_size, window - window / PARTS).await?;
    Ok(Visits { per_second, alone })
}

async fn alone(addr: &str, subprotocol: Subprotocol, room_size: u8, window: Duration) -> Result<Steps> {
    let start = Instant::now();
    // At least one.
    let mut visits = vec![visit(addr, subprotocol, 0, room_size).await?];
    while start.elapsed() < window {
        visits.push(visit(addr, subprotocol, 0, room_size).await?);
    }
    let median = |step: fn(&Steps) -> Duration| {
        let mut all: Vec<_> = visits.iter().map(step).collect();
        all.sort_unstable();
        all[all.len() / 2]
    };
    Ok(Steps {
        connect: median(|visit| visit.connect),
        sign_in: median(|visit| visit.sign_in),
        join: median(|visit| visit.join),
        leave: median(|visit| visit.leave),
    })
}

async fn together(addr: &str, subprotocol: Subprotocol, room_size: u8, window: Duration) -> Result<f64> {
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
pub async fn visit(addr: &str, subprotocol: Subprotocol, visitor: usize, room_size: u8) -> Result<Steps> {
    let mut since = Instant::now();
    let mut step = || std::mem::replace(&mut since, Instant::now()).elapsed();
    let mut player = Player::connect(addr, subprotocol).await?;
    let connect = step();
    player.greet(&format!("visitor {visitor}")).await?;
    let sign_in = step();
    let spec = RoomSpec { game: "relay".into(), seats: Some(room_size), options: None };
    player.request(ClientMessage::RoomQuickJoin { spec }, ReplyKind::Room).await?;
    let join = step();
    player.request(ClientMessage::RoomLeave, ReplyKind::Empty).await?;
    let leave = step();
    player.connection.send_frame(&Frame::close(1000, "")).await?;
    Ok(Steps { connect, sign_in, join, leave })
}
