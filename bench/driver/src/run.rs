//! DRIVER: goes through a plan. What fails is noted and does not keep the rest from being measured.

use anyhow::Result;
use umbra_client::Subprotocol;
use umbra_load::load::Pace;

use crate::dialect::Dialect;
use crate::dialect::colyseus::Colyseus;
use crate::dialect::plain::Plain;
use crate::dialect::socketio::SocketIo;
use crate::dialect::umbra::Umbra;
use crate::measure::{self, Rooms, Times};
use crate::peer::Language;
use crate::plan::{Choice, ROOM_SIZE, Step, Task};
use crate::results::{Found, Load, Sample};
use crate::server::Server;

/// A server that delivers less than this share of what the timetable asks for is overloaded.
const SERVED_SHARE: f64 = 0.98;
/// So is one whose users wait longer than this, milliseconds.
const SERVED_P99_MS: f64 = 1000.0;

/// Measures everything that was chosen, and says what it does. `processors`: the first is the server's.
///
/// # Errors
/// The driver's own; what a peer fails at is in the samples.
pub async fn everything(choice: &Choice, subprotocol: Subprotocol, processors: &[usize]) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for step in choice.steps() {
        match step.peer.language() {
            Language::Umbra => one(choice, &step, || Umbra::new(subprotocol), processors, &mut samples).await?,
            Language::Colyseus => one(choice, &step, || Colyseus, processors, &mut samples).await?,
            Language::SocketIo => one(choice, &step, || SocketIo, processors, &mut samples).await?,
            Language::Plain => one(choice, &step, || Plain, processors, &mut samples).await?,
        }
    }
    Ok(samples)
}

async fn one<D: Dialect>(
    choice: &Choice,
    step: &Step,
    dialect: impl Fn() -> D,
    processors: &[usize],
    samples: &mut Vec<Sample>,
) -> Result<()> {
    let mut server = None;
    for task in &step.tasks {
        let found = async {
            let server = match &mut server {
                Some(server) => server,
                None => server.insert(Server::start(step.peer, processors).await?),
            };
            task.measure(dialect(), server, choice.times(task)).await
        };
        let found = found.await.unwrap_or_else(|error| {
            let (what, why) = (task.title(), format!("{error:#}"));
            vec![(0, ROOM_SIZE, Found::Failed { what, why })]
        });
        for (users, room_size, found) in found {
            let sample = Sample { peer: step.peer, round: step.round, users, room_size, found };
            eprintln!("bench: {}", line(&sample));
            samples.push(sample);
        }
        let last = samples.last().map(|sample| &sample.found);
        let failed = matches!(last, Some(Found::Failed { .. }));
        if failed {
            // What it left behind would be measured with the next.
            server = None;
        }
        let rate = last.and_then(Found::rate);
        let overloaded = failed || rate.is_some_and(|(asked_per_second, load)| !is_served(asked_per_second, load));
        if overloaded && matches!(task, Task::Harder(..)) {
            break;
        }
    }
    Ok(())
}

/// Whether a server keeps up with what it is asked for.
pub fn is_served(asked_per_second: f64, load: &Load) -> bool {
    load.missing == 0 && load.events_per_second >= SERVED_SHARE * asked_per_second && load.p99_ms <= SERVED_P99_MS
}

impl Task {
    async fn measure<D: Dialect>(&self, dialect: D, server: &Server, times: Times) -> Result<Vec<(usize, u8, Found)>> {
        let (addr, pid) = (server.addr(), server.pid());
        let one = |rooms: &Rooms, found| Ok(vec![(rooms.users, rooms.size, found)]);
        match self {
            Self::Saturation(rooms) => {
                let load = measure::load(dialect, addr, pid, *rooms, Pace::Closed, times).await?;
                one(rooms, Found::Saturation(load))
            }
            Self::Rate(rooms, asked_per_second) | Self::Harder(rooms, asked_per_second) => {
                let asked_per_second = *asked_per_second;
                let pace = Pace::Open { events_per_second: asked_per_second };
                let load = measure::load(dialect, addr, pid, *rooms, pace, times).await?;
                one(rooms, Found::Rate { asked_per_second, load })
            }
            Self::Visits => {
                let (per_second, driver_busy) = measure::visits(&dialect, addr, ROOM_SIZE, times).await?;
                Ok(vec![(0, ROOM_SIZE, Found::Visits { per_second, driver_busy })])
            }
            Self::Idle(users) => {
                let found = measure::idle(dialect, addr, pid, users, ROOM_SIZE, times).await?;
                Ok(found.into_iter().map(|(users, weight)| (users, ROOM_SIZE, Found::Idle(weight))).collect())
            }
        }
    }
}

/// One measurement in a line for whoever waits.
fn line(sample: &Sample) -> String {
    let Sample { peer, round, users, room_size, found } = sample;
    let who = format!("{} (round {round})", peer.title());
    let what = match found {
        Found::Saturation(load) => format!("saturation, {users} users in rooms of {room_size}: {}", load_line(load)),
        Found::Rate { asked_per_second, load } => {
            format!("{asked_per_second:.0}/s, {users} users in rooms of {room_size}: {}", load_line(load))
        }
        Found::Idle(weight) => {
            format!("{users} idle users: {:.1} KiB RSS, {:.1} KiB PSS each", weight.rss_kib, weight.pss_kib)
        }
        Found::Visits { per_second, driver_busy } => {
            format!("{per_second:.0} visits/s (driver busy {driver_busy:.2})")
        }
        Found::Failed { what, why } => format!("{what} FAILED: {why}"),
    };
    format!("{who}: {what}")
}

fn load_line(load: &Load) -> String {
    format!(
        "{:.0} events/s, p50 {:.2} p99 {:.2} p99.9 {:.2} ms, {:.1} CPU s per million, busy {:.2}, driver busy {:.2} and late \
         {:.2} ms, missing {}, refused {}",
        load.events_per_second,
        load.p50_ms,
        load.p99_ms,
        load.p999_ms,
        load.cpu_seconds_per_million,
        load.server_busy,
        load.driver_busy,
        load.driver_late_p99_ms,
        load.missing,
        load.refused
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_keeps_up_only_if_everything_comes_and_comes_in_time() {
        let good = Load {
            events_per_second: 1000.0,
            p50_ms: 1.0,
            p99_ms: 2.0,
            p999_ms: 3.0,
            cpu_seconds_per_million: 10.0,
            server_busy: 0.5,
            driver_busy: 0.5,
            driver_late_p99_ms: 0.1,
            missing: 0,
            refused: 0,
        };
        assert!(is_served(1000.0, &good));
        for bad in
            [Load { missing: 1, ..good }, Load { events_per_second: 900.0, ..good }, Load { p99_ms: 1500.0, ..good }]
        {
            assert!(!is_served(1000.0, &bad), "{bad:?}");
        }
    }
}
