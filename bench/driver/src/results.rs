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
