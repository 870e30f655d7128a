//! DRIVER: the measurements themselves, on a server that runs and in whatever language it speaks.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use futures_util::future::try_join_all;
use tokio::time::sleep;
use umbra_load::cpu;
use umbra_load::load::{DRAIN_TIMEOUT, Pace};

use crate::conductor::Conductor;
use crate::crowd::Crowd;
use crate::dialect::Dialect;
use crate::results::{Load, Weight};
use crate::tree;

/// How many rooms are filled at a time.
const ROOMS_AT_A_TIME: usize = 16;
/// How many come and go at a time.
const VISITORS: usize = 32;

/// How long everything takes.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// Members play for so long before it counts.
    pub warm_up: Duration,
    /// It counts for so long.
    pub window: Duration,
    /// A server comes to rest for so long before it is weighed.
    pub settle: Duration,
}

/// Users in rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rooms {
    /// Over all rooms; whole rooms of them.
    pub users: usize,
    /// In each.
    pub size: u8,
}

/// Fills rooms until there are so many users in the crowd.
async fn fill<D: Dialect>(crowd: &mut Crowd<D>, addr: &str, rooms: Rooms) -> Result<()> {
    let size = usize::from(rooms.size);
    ensure!(rooms.users.is_multiple_of(size), "{} users do not fill rooms of {size}", rooms.users);
    while crowd.len() < rooms.users {
        let first = crowd.len() / size;
        let batch = ROOMS_AT_A_TIME.min(rooms.users / size - first);
        let one = |number: usize| crowd.dialect().fill(addr, number, (number * size) as u32, rooms.size);
        let filled = try_join_all((first..first + batch).map(one)).await?;
        for room in filled {
            crowd.add(room)?;
        }
    }
    Ok(())
}

/// Rooms are filled, play, and leave again.
///
/// # Errors
/// Whatever ended the set-up or one of the connections, and a server that delivers nothing.
pub async fn load<D: Dialect>(
    dialect: D,
    addr: &str,
    server: u32,
    rooms: Rooms,
    pace: Pace,
    times: Times,
) -> Result<Load> {
    let mut crowd = Crowd::new(dialect)?;
    fill(&mut crowd, addr, rooms).await?;
    let found = play(&mut crowd, server, rooms, pace, times)?;
    crowd.dismiss()?;
    Ok(found)
}

fn play<D: Dialect>(crowd: &mut Crowd<D>, server: u32, rooms: Rooms, pace: Pace, times: Times) -> Result<Load> {
    let mut conductor = Conductor::new(Instant::now(), rooms.users, rooms.size.into(), Some(pace));
    if conductor.is_closed_loop() {
        crowd.all_act(&mut conductor)?;
    }
    let never = |_: &Conductor| false;
    crowd.attend(&mut conductor, times.warm_up, never)?;
    let (server_before, driver_before, from) = (tree::cpu_seconds(server)?, cpu::seconds("self")?, Instant::now());
    let delivered_before = conductor.delivered;
    conductor.tally.open_window(times.window);
    crowd.attend(&mut conductor, times.window, never)?;
    let (server_after, driver_after) = (tree::cpu_seconds(server)?, cpu::seconds("self")?);
    let took = from.elapsed().as_secs_f64();
    // A server that lags behind has not paid in this time for what it owes: its time counts for what came in it.
    let delivered_meanwhile = conductor.delivered - delivered_before;
    if conductor.is_closed_loop() {
        conductor.end();
    }
    let owed = |conductor: &Conductor| conductor.tally.actions * u64::from(rooms.size);
    let all_there = |conductor: &Conductor| conductor.is_over() && conductor.tally.delivered >= owed(conductor);
    crowd.attend(&mut conductor, DRAIN_TIMEOUT, all_there)?;
    ensure!(conductor.is_over(), "the driver fell {DRAIN_TIMEOUT:?} behind its own timetable");
    let tally = &conductor.tally;
    ensure!(tally.delivered > 0, "nothing was delivered ({} actions, {} refused)", tally.actions, tally.refused);
    let ms = |quantile: f64| tally.latency(quantile).as_secs_f64() * 1e3;
    Ok(Load {
        events_per_second: tally.delivered as f64 / times.window.as_secs_f64(),
        p50_ms: ms(0.5),
        p99_ms: ms(0.99),
        p999_ms: ms(0.999),
        cpu_seconds_per_million: (server_after - server_before) / delivered_meanwhile.max(1) as f64 * 1e6,
        server_busy: (server_after - server_before) / took,
        driver_busy: (driver_after - driver_before) / took,
        driver_late_p99_ms: conductor.own_delay().as_secs_f64() * 1e3,
        missing: owed(&conductor).saturating_sub(tally.delivered),
        refused: tally.refused,
    })
}

/// Memory for each user who sits in a room and does nothing, at several numbers of users, over that of a server with one
/// full room: what the first user of all costs is not what a user costs.
///
/// # Errors
/// Whatever ended the set-up or one of the connections.
pub async fn idle<D: Dialect>(
    dialect: D,
    addr: &str,
    server: u32,
    users: &[usize],
    size: u8,
    times: Times,
) -> Result<Vec<(usize, Weight)>> {
    let mut crowd = Crowd::new(dialect)?;
    let mut nobody = Conductor::new(Instant::now(), 0, 1, None);
    fill(&mut crowd, addr, Rooms { users: size.into(), size }).await?;
    crowd.attend(&mut nobody, times.settle, |_| false)?;
    let before = tree::memory(server)?;
    let mut found = Vec::new();
    for &users in users {
        let all = users + usize::from(size);
        fill(&mut crowd, addr, Rooms { users: all, size }).await?;
        // Somebody who does nothing still answers the server's pings.
        crowd.attend(&mut nobody, times.settle, |_| false)?;
        let after = tree::memory(server)?;
        let kib_each = |after: f64, before: f64| (after - before) / users as f64 / 1024.0;
        let weight = Weight { rss_kib: kib_each(after.rss, before.rss), pss_kib: kib_each(after.pss, before.pss) };
        found.push((users, weight));
    }
    crowd.dismiss()?;
    Ok(found)
}

/// How many a second can connect, join a room, leave it and hang up.
///
/// # Errors
/// The first that any visitor met.
pub async fn visits<D: Dialect>(dialect: &D, addr: &str, size: u8, times: Times) -> Result<(f64, f64)> {
    let (start, busy) = (Instant::now(), cpu::seconds("self")?);
    let visitors = (0..VISITORS).map(|visitor| async move {
        let mut visits = 0u64;
        while start.elapsed() < times.window {
            dialect.visit(addr, visitor, size).await?;
            visits += 1;
        }
        Ok::<_, anyhow::Error>(visits)
    });
    let visits: u64 = try_join_all(visitors).await?.into_iter().sum();
    let took = start.elapsed().as_secs_f64();
    let busy = (cpu::seconds("self")? - busy) / took;
    // What is still closing is not the next measurement's.
    sleep(times.settle).await;
    Ok((visits as f64 / took, busy))
}
