//! FAULTS, live: what faults cost: how long until the match goes on, and how much is lost under a bad network.

use std::fmt;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures_util::future::{join_all, try_join_all};
use hdrhistogram::Histogram;
use serde_json::json;
use tokio::time::Instant;
use umbra_protocol::{Event, GameValue, RoomId, RoomSpec, Seat};

use super::Arena;
use super::player::Player;
use super::sweep::{Job, Tally, play_all};
use crate::games::named;
use crate::plan::{Fault, FrameFaults, Odds, Plan};
use crate::story::Heard;

/// Deaths of each kind.
const DEATHS: usize = 300;
/// Clients that come back at once.
const CROWD: usize = 500;
/// Clients of that crowd in one room.
const ROOM_SIZE: usize = 5;
/// Matches under the bad network, and actions of each.
const MATCHES: u64 = 160;
const ACTIONS: usize = 250;
/// Matches at a time.
const AT_A_TIME: usize = 80;
/// What the bad network does.
const ODDS: Odds = Odds { drop: 5, duplicate: 20, delay: 20, reorder: 20 };

/// Everything measured.
#[derive(Debug)]
pub struct Figures {
    waits: Vec<(&'static str, Option<Times>)>,
    crowd: Times,
    network: Tally,
    network_took: Duration,
}

/// Some durations.
#[derive(Clone, Debug)]
pub struct Times {
    micros: Histogram<u64>,
}

impl Times {
    fn of(times: impl IntoIterator<Item = Duration>) -> Result<Self> {
        let mut micros = Histogram::new(3)?;
        for time in times {
            micros.record(u64::try_from(time.as_micros())?)?;
        }
        Ok(Self { micros })
    }

    fn ms(&self, quantile: f64) -> f64 {
        self.micros.value_at_quantile(quantile) as f64 / 1000.0
    }
}

/// Measures everything; takes some minutes.
///
/// # Errors
/// Whatever the server did not do that it should have.
pub async fn measure() -> Result<Figures> {
    let arena = Arena::start();
    let mut waits = vec![("nobody", Some(deaths(&arena, None).await?))];
    for who in ["room", "socket", "user"] {
        // One that does not come back is told as such, once, and not three hundred times.
        waits.push((who, deaths(&arena, Some(who)).await.ok()));
    }
    let crowd = crowd(&Arena::start()).await?;
    let began = Instant::now();
    let network = network(&Arena::start()).await?;
    Ok(Figures { waits, crowd, network, network_took: began.elapsed() })
}

/// A running match of relay, its players by seat.
async fn relay(arena: &Arena, seats: usize) -> Result<(RoomId, Vec<Player>)> {
    let url = arena.server().url();
    let sign_in = |seat: usize| Player::sign_in(&url, Seat(seat as u8));
    let players = try_join_all((0..seats).map(sign_in)).await?;
    let options = Some(GameValue::trusted(json!({ "autoStart": true }).to_string()));
    let spec = RoomSpec { game: "relay".to_owned(), seats: u8::try_from(seats).ok(), options };
    let room_id = players[0].client.create_room_with(spec, true).await?.room_id;
    for player in &players[1..] {
        player.client.join(&room_id).await?;
    }
    Ok((room_id, players))
}

/// From the request that ends a process to the next event that the other player hears, which is what the first player
/// does as soon as that process is dead. Without a process: from the action on.
async fn deaths(arena: &Arena, who: Option<&str>) -> Result<Times> {
    let (room_id, players) = relay(arena, 2).await?;
    let target = match who {
        None => None,
        Some("room") => Some(format!("room:{room_id}")),
        Some(kind) => Some(format!("{kind}:{}", players[1].uid())),
    };
    let mut times = Vec::new();
    for number in 0..DEATHS {
        let mark = players[1].mark();
        let began = Instant::now();
        if let Some(target) = &target {
            arena.admin().kill(target).await?;
        }
        let value = json!({ "number": number });
        players[0].client.action(&value).await?;
        let told = |heard: &Heard| match heard {
            Heard::Event { event: Event::GameEvent { event }, .. } => event.as_str().contains(&value.to_string()),
            // A new beginning stands for what was missed, if the match is still there.
            Heard::Anew { room, .. } => room.is_some(),
            Heard::Event { .. } => false,
        };
        let heard = players[1].hears_since(mark, told).await.with_context(|| format!("event {number}"))?;
        times.push(heard.duration_since(began));
        // The next one dies when this is over.
        ensure!(players[1].is_online().await, "it is not back");
    }
    Times::of(times)
}

/// From the loss of all connections at once to the answer to each one's resume.
async fn crowd(arena: &Arena) -> Result<Times> {
    let mut rooms = Vec::new();
    for _ in 0..CROWD / ROOM_SIZE {
        rooms.push(relay(arena, ROOM_SIZE).await?.1);
    }
    let players: Vec<Player> = rooms.into_iter().flatten().collect();
    let marks: Vec<_> = players.iter().map(Player::mark).collect();
    let began = Instant::now();
    players.iter().for_each(Player::drop_connection);
    let back = join_all(players.iter().zip(&marks).map(|(player, mark)| player.returns_since(*mark))).await;
    let times: Option<Vec<Duration>> = back.into_iter().map(|at| at.map(|at| at.duration_since(began))).collect();
    let anew =
        players.iter().filter(|player| player.heard().iter().any(|(_, heard)| matches!(heard, Heard::Anew { .. })));
    ensure!(anew.count() == 0, "everybody resumes");
    Times::of(times.context("everybody comes back")?)
}

async fn network(arena: &Arena) -> Result<Tally> {
    let mut subject = named("relay").context("relay")?;
    subject.actions_max = ACTIONS;
    let mut jobs = Vec::new();
    for seed in 0..MATCHES {
        let plan = Plan::of(Fault::Frames(FrameFaults { seed, up: ODDS, down: ODDS }));
        jobs.push(Job { script: subject.script(seed)?, plan });
    }
    Ok(play_all(jobs, std::slice::from_ref(arena), AT_A_TIME, |_| true).await)
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| dies | time to the next event, p50 | p99 |\n|---|---|---|")?;
        for (who, times) in &self.waits {
            match times {
                Some(times) => writeln!(f, "| {who} | {:.1} ms | {:.1} ms |", times.ms(0.5), times.ms(0.99))?,
                None => writeln!(f, "| {who} | does not come back | |")?,
            }
        }
        let (p50, p99) = (self.crowd.ms(0.5), self.crowd.ms(0.99));
        writeln!(f, "\n| {CROWD} clients come back at once | p50 | p99 |\n|---|---|---|")?;
        writeln!(f, "| lost connection to resumed session | {p50:.0} ms | {p99:.0} ms |")?;
        let counts = &self.network.counts;
        let per_million = |count: u64| count as f64 * 1e6 / counts.asked as f64;
        writeln!(f, "\n| under a bad network (per mille of frames: {ODDS}) | |\n|---|---|")?;
        writeln!(f, "| actions run | {} in {:.0} s |", counts.asked, self.network_took.as_secs_f64())?;
        writeln!(f, "| actions lost per million | {:.0} |", per_million(counts.actions_lost))?;
        writeln!(f, "| actions carried out twice per million | {:.0} |", per_million(counts.actions_doubled))?;
        writeln!(f, "| events heard | {} |", counts.events)?;
        writeln!(f, "| events missed, or heard twice | {}, {} |", counts.events_missed, counts.events_doubled)?;
        for failure in &self.network.failures {
            writeln!(f, "\n{failure}")?;
        }
        Ok(())
    }
}
