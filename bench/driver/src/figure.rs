//! DRIVER: the figures of the comparison: what each is called, which samples belong to it, and which way is better.

use crate::peer::Peer;
use crate::plan::{IDLE_USERS, RATE, RATE_USERS, ROOM_SIZE, SATURATION_USERS};
use crate::results::{Load, Results, Sample, Weight};
use crate::statistics::Middle;

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// The more the better.
    More,
    /// The less the better.
    Less,
    /// It says how the others came about.
    Neither,
}

/// One figure.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// With its unit.
    pub title: &'static str,
    /// Which way is better.
    pub better: Better,
    /// What a sample has to say about it, if it belongs to it.
    pick: fn(&Sample) -> Option<f64>,
}

impl Figure {
    /// Over all rounds, of one peer.
    pub fn middle(&self, results: &Results, peer: Peer) -> Option<Middle> {
        Middle::of(results.samples.iter().filter(|sample| sample.peer == peer).filter_map(self.pick))
    }
}

/// What is compared.
pub const BARS: [Figure; 8] = [
    Figure {
        title: "delivered events/s at saturation, 400 users",
        better: Better::More,
        pick: |sample| saturation(sample).map(|load| load.events_per_second),
    },
    Figure {
        title: "server CPU s per million events at 25,600 events/s, 800 users",
        better: Better::Less,
        pick: |sample| rate(sample).map(|load| load.cpu_seconds_per_million),
    },
    Figure {
        title: "p50 latency there, ms",
        better: Better::Less,
        pick: |sample| rate(sample).map(|load| load.p50_ms),
    },
    Figure {
        title: "p99 latency there, ms",
        better: Better::Less,
        pick: |sample| rate(sample).map(|load| load.p99_ms),
    },
    Figure {
        title: "p99.9 latency there, ms",
        better: Better::Less,
        pick: |sample| rate(sample).map(|load| load.p999_ms),
    },
    Figure {
        title: "added PSS per idle user of 2,000, KiB",
        better: Better::Less,
        pick: |sample| idle(sample).map(|weight| weight.pss_kib),
    },
    Figure {
        title: "added RSS per idle user of 2,000, KiB",
        better: Better::Less,
        pick: |sample| idle(sample).map(|weight| weight.rss_kib),
    },
    Figure {
        title: "connect + join + leave cycles/s, 32 at a time",
        better: Better::More,
        pick: |sample| sample.found.visits(),
    },
];

/// What says how these came about.
pub const TRUST: [Figure; 7] = [
    Figure {
        title: "server busy at saturation, cores",
        better: Better::Neither,
        pick: |sample| saturation(sample).map(|load| load.server_busy),
    },
    Figure {
        title: "driver busy there, cores",
        better: Better::Neither,
        pick: |sample| saturation(sample).map(|load| load.driver_busy),
    },
    Figure {
        title: "server busy at 25,600 events/s, cores",
        better: Better::Neither,
        pick: |sample| rate(sample).map(|load| load.server_busy),
    },
    Figure {
        title: "driver busy there, cores",
        better: Better::Neither,
        pick: |sample| rate(sample).map(|load| load.driver_busy),
    },
    Figure {
        title: "p99 of the driver's own delay there, ms (part of the latencies)",
        better: Better::Neither,
        pick: |sample| rate(sample).map(|load| load.driver_late_p99_ms),
    },
    Figure {
        title: "deliveries missing, in both",
        better: Better::Neither,
        pick: |sample| saturation(sample).or_else(|| rate(sample)).map(|load| load.missing as f64),
    },
    Figure {
        title: "actions refused, in both",
        better: Better::Neither,
        pick: |sample| saturation(sample).or_else(|| rate(sample)).map(|load| load.refused as f64),
    },
];

fn saturation(sample: &Sample) -> Option<&Load> {
    let compared = sample.users == SATURATION_USERS && sample.room_size == ROOM_SIZE;
    sample.found.saturation().filter(|_| compared)
}

fn rate(sample: &Sample) -> Option<&Load> {
    let (asked_per_second, load) = sample.found.rate()?;
    (asked_per_second == RATE && sample.users == RATE_USERS).then_some(load)
}

fn idle(sample: &Sample) -> Option<&Weight> {
    sample.found.idle().filter(|_| sample.users == IDLE_USERS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::examples;

    #[test]
    fn a_figure_is_made_of_its_own_samples_and_the_peers_are_kept_apart() {
        let results = examples::comparison();
        let saturation = BARS[0];
        let umbra = saturation.middle(&results, Peer::Umbra).unwrap();
        assert_eq!((umbra.least, umbra.median, umbra.most), (45_000.0, 50_000.0, 60_000.0));
        assert_eq!(saturation.middle(&results, Peer::Tokio).unwrap().median, 500_000.0);
        assert_eq!(saturation.middle(&results, Peer::Cowboy), None);
    }

    #[test]
    fn titles_say_what_is_measured() {
        assert!(BARS[0].title.contains(&SATURATION_USERS.to_string()));
        assert!(
            BARS[1].title.contains(&RATE_USERS.to_string()) && BARS[1].title.contains("25,600") && RATE == 25_600.0
        );
        assert!(BARS[5].title.contains("2,000") && IDLE_USERS == 2000);
    }
}
