//! DRIVER: what was found, as it is kept in `bench/results/`: every single measurement, none left out, and where and how.

use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::peer::Peer;

/// A comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// Where it was made.
    pub machine: Machine,
    /// What repeats it.
    pub command: String,
    /// Umbra's encoding, `json` or `bincode`.
    pub encoding: String,
    /// Who was compared.
    pub peers: Vec<Compared>,
    /// The measurements, in the order in which they were made.
    pub samples: Vec<Sample>,
}

/// Where and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The day, UTC.
    pub date: String,
    /// How many processors the comparison could use.
    pub cores: usize,
    /// Their name.
    pub model: String,
    /// Linux' release.
    pub kernel: String,
    /// What else the machine did: the load average of the minute before.
    pub load_before: String,
}

/// One of those compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// Who.
    pub peer: Peer,
    /// In which release.
    pub version: String,
}

/// One measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Of whom.
    pub peer: Peer,
    /// In which round, from 1.
    pub round: usize,
    /// With how many users; visitors are no users.
    pub users: usize,
    /// Members a room.
    pub room_size: u8,
    /// What came of it.
    pub found: Found,
}

/// What can be found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// Every member acts as soon as its last action is answered.
    Saturation(Load),
    /// Members act by a timetable.
    Rate {
        /// Deliveries a second that it asks for.
        asked_per_second: f64,
        /// What came of it.
        load: Load,
    },
    /// Nobody acts.
    Idle(Weight),
    /// Users come and go.
    Visits {
        /// Connect, join, leave, hang up, in a second.
        per_second: f64,
        /// Processor seconds a second of the driver.
        driver_busy: f64,
    },
    /// It could not be measured.
    Failed {
        /// Which measurement.
        what: String,
        /// Why.
        why: String,
    },
}

/// What members who act are served.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// Deliveries a second, of the actions due within the window.
    pub events_per_second: f64,
    /// Half of the deliveries took no longer.
    pub p50_ms: f64,
    /// 99 of 100.
    pub p99_ms: f64,
    /// 999 of 1000.
    pub p999_ms: f64,
    /// Processor seconds of the server for a million deliveries.
    pub cpu_seconds_per_million: f64,
    /// Processor seconds of the server a second: 1 is one processor fully busy.
    pub server_busy: f64,
    /// The same of the driver. Near 1 the driver was the limit and not the server.
    pub driver_busy: f64,
    /// With 99 of 100 actions the driver was no later than this itself.
    pub driver_late_p99_ms: f64,
    /// Deliveries that had not come seconds after the window.
    pub missing: u64,
    /// Actions that were refused.
    pub refused: u64,
}

/// What the server's processes grow by for each user.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weight {
    /// Resident, KiB.
    pub rss_kib: f64,
    /// Proportional, KiB: what is mapped several times counts once.
    pub pss_kib: f64,
}

impl Found {
    /// If members acted in turn with their answers.
    pub fn saturation(&self) -> Option<&Load> {
        if let Self::Saturation(load) = self { Some(load) } else { None }
    }

    /// If members acted by a timetable: what it asked for, and what came of it.
    pub fn rate(&self) -> Option<(f64, &Load)> {
        if let Self::Rate { asked_per_second, load } = self { Some((*asked_per_second, load)) } else { None }
    }

    /// If nobody acted.
    pub fn idle(&self) -> Option<&Weight> {
        if let Self::Idle(weight) = self { Some(weight) } else { None }
    }

    /// If users came and went: how many a second.
    pub fn visits(&self) -> Option<f64> {
        if let Self::Visits { per_second, .. } = self { Some(*per_second) } else { None }
    }

    /// How busy the driver was, where that matters.
    pub fn driver_busy(&self) -> Option<f64> {
        match self {
            Self::Saturation(load) | Self::Rate { load, .. } => Some(load.driver_busy),
            Self::Visits { driver_busy, .. } => Some(*driver_busy),
            Self::Idle(_) | Self::Failed { .. } => None,
        }
    }
}

impl Results {
    /// As kept in a file.
    ///
    /// # Errors
    /// It is not there, or of another shape.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read(path).with_context(|| path.display().to_string())?;
        serde_json::from_slice(&text).with_context(|| path.display().to_string())
    }

    /// Keeps it, one measurement a line, so that two comparisons can be compared.
    ///
    /// # Errors
    /// Writing.
    pub fn write(&self, path: &Path) -> Result<()> {
        let mut text = String::from("{\n");
        for (name, value) in [
            ("machine", serde_json::to_string(&self.machine)?),
            ("command", serde_json::to_string(&self.command)?),
            ("encoding", serde_json::to_string(&self.encoding)?),
            ("peers", serde_json::to_string(&self.peers)?),
        ] {
            text += &format!("\"{name}\": {value},\n");
        }
        let samples: Result<Vec<_>, _> = self.samples.iter().map(serde_json::to_string).collect();
        text += &format!("\"samples\": [\n{}\n]\n}}\n", samples?.join(",\n"));
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, text).with_context(|| path.display().to_string())
    }
}

#[cfg(test)]
pub(crate) mod examples {
    //! A comparison of two, as small as can be.

    use super::*;

    pub fn load(events_per_second: f64) -> Load {
        Load {
            events_per_second,
            p50_ms: 1.0,
            p99_ms: 2.0,
            p999_ms: 3.0,
            cpu_seconds_per_million: 1e6 / events_per_second,
            server_busy: 0.99,
            driver_busy: 0.5,
            driver_late_p99_ms: 0.01,
            missing: 0,
            refused: 0,
        }
    }

    pub fn comparison() -> Results {
        let sample = |peer, round, users, found| Sample { peer, round, users, room_size: 8, found };
        let saturation = |peer, round, users, rate| sample(peer, round, users, Found::Saturation(load(rate)));
        let idle = |pss_kib| Found::Idle(Weight { rss_kib: 2.0 * pss_kib, pss_kib });
        Results {
            machine: Machine {
                date: "2026-11-25".into(),
                cores: 2,
                model: "a processor".into(),
                kernel: "6.1".into(),
                load_before: "0.01".into(),
            },
            command: "make bench".into(),
            encoding: "json".into(),
            peers: [Peer::Umbra, Peer::Tokio].map(|peer| Compared { peer, version: "1".into() }).into(),
            samples: vec![
                sample(Peer::Umbra, 1, 2000, idle(40.0)),
                sample(Peer::Umbra, 1, 1000, idle(41.0)),
                saturation(Peer::Umbra, 1, 400, 45_000.0),
                saturation(Peer::Umbra, 2, 400, 60_000.0),
                saturation(Peer::Umbra, 3, 400, 50_000.0),
                saturation(Peer::Umbra, 1, 800, 70_000.0),
                saturation(Peer::Tokio, 1, 800, 600_000.0),
                saturation(Peer::Tokio, 1, 400, 500_000.0),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again_as_it_was() {
        let path = std::env::temp_dir().join(format!("umbra-bench-results-{}/comparison.json", std::process::id()));
        let mut results = examples::comparison();
        let failed = Found::Failed { what: "visits".into(), why: "a \"quoted\"\nreason".into() };
        results.samples.push(Sample { peer: Peer::SocketIo, round: 2, users: 0, room_size: 8, found: failed });
        results.write(&path).unwrap();
        assert_eq!(Results::read(&path).unwrap(), results);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().filter(|line| line.contains("\"round\"")).count(), results.samples.len());
        std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
        assert!(Results::read(&path).is_err());
    }
}
