//! DRIVER: the sweeps as pictures. Every axis is logarithmic: what is compared differs tenfold, and a straight line of
//! slope one is a cost that stays the same.
//!
//! The pictures are SVG with colours for a light page; a style sheet in them exchanges ink and paper on a dark one.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow};
use plotters::coord::combinators::{BindKeyPoints, IntoLogRange, LogCoord};
use plotters::prelude::*;

use crate::peer::Peer;
use crate::plan::{MEMBER_SWEEP_USERS, RATE_USERS, ROOM_SIZE};
use crate::results::{Load, Results, Sample};
use crate::statistics::Middle;

const SIZE: (u32, u32) = (820, 420);
const FONT: &str = "sans-serif";
const PAPER: RGBColor = RGBColor(255, 255, 255);
const INK: RGBColor = RGBColor(31, 35, 40);
const GRID: RGBColor = RGBColor(208, 215, 222);
/// The same on a dark page.
const DARK: &str = "<style>@media (prefers-color-scheme: dark) {\
    [fill=\"#FFFFFF\"] { fill: #0d1117 } [fill=\"#1F2328\"] { fill: #e6edf3 } \
    [stroke=\"#1F2328\"] { stroke: #e6edf3 } [stroke=\"#D0D7DE\"] { stroke: #30363d } }</style>";

/// One picture.
#[derive(Clone, Copy, Debug)]
pub struct Plot {
    /// Its file in `docs/images`.
    pub file: &'static str,
    /// What it shows.
    pub title: &'static str,
    /// With the unit.
    x_title: &'static str,
    /// With the unit.
    y_title: &'static str,
    /// The point that a sample is in it, if it is one.
    point: fn(&Sample) -> Option<(f64, f64)>,
}

/// All of them.
pub const PLOTS: [Plot; 6] = [
    Plot {
        file: "latency.svg",
        title: "Latency as the load grows: 800 users in rooms of 8",
        x_title: "events a second that the timetable asks for",
        y_title: "p99 latency, ms",
        point: |sample| {
            let (asked_per_second, load) = sample.found.rate()?;
            (sample.users == RATE_USERS).then_some((asked_per_second, load.p99_ms))
        },
    },
    Plot {
        file: "memory.svg",
        title: "Memory of idle users in rooms of 8",
        x_title: "users",
        y_title: "added memory (PSS), MiB",
        point: |sample| {
            let mib = sample.found.idle()?.pss_kib * sample.users as f64 / 1024.0;
            Some((sample.users as f64, mib))
        },
    },
    Plot {
        file: "throughput-rooms.svg",
        title: "Throughput at saturation as rooms grow in number: 8 members each",
        x_title: "rooms",
        y_title: "events delivered a second",
        point: |sample| by_rooms(sample, |load| load.events_per_second),
    },
    Plot {
        file: "cost-rooms.svg",
        title: "Cost at saturation as rooms grow in number: 8 members each",
        x_title: "rooms",
        y_title: "server CPU seconds per million events",
        point: |sample| by_rooms(sample, |load| load.cpu_seconds_per_million),
    },
    Plot {
        file: "throughput-members.svg",
        title: "Throughput at saturation as rooms grow in size: 384 users",
        x_title: "members a room",
        y_title: "events delivered a second",
        point: |sample| by_members(sample, |load| load.events_per_second),
    },
    Plot {
        file: "cost-members.svg",
        title: "Cost at saturation as rooms grow in size: 384 users",
        x_title: "members a room",
        y_title: "server CPU seconds per million events",
        point: |sample| by_members(sample, |load| load.cpu_seconds_per_million),
    },
];

fn by_rooms(sample: &Sample, value: fn(&Load) -> f64) -> Option<(f64, f64)> {
    let load = sample.found.saturation()?;
    let rooms = sample.users / usize::from(ROOM_SIZE);
    (sample.room_size == ROOM_SIZE && sample.users != MEMBER_SWEEP_USERS).then_some((rooms as f64, value(load)))
}

fn by_members(sample: &Sample, value: fn(&Load) -> f64) -> Option<(f64, f64)> {
    let load = sample.found.saturation()?;
    (sample.users == MEMBER_SWEEP_USERS).then_some((f64::from(sample.room_size), value(load)))
}

/// Every picture for which there are samples, by its file's name.
///
/// # Errors
/// Drawing.
pub fn all(results: &Results) -> Result<Vec<(&'static str, String)>> {
    let plots = PLOTS.iter().filter(|plot| !plot.is_empty(results));
    plots.map(|plot| Ok((plot.file, plot.draw(results)?))).collect()
}

type Line = Vec<(f64, f64)>;

impl Plot {
    /// Whether there is nothing to draw: a single point makes no line.
    pub fn is_empty(&self, results: &Results) -> bool {
        self.lines(results).iter().all(|(_, line)| line.len() < 2)
    }

    /// The medians of each peer, from left to right.
    fn lines(&self, results: &Results) -> Vec<(Peer, Line)> {
        let line = |peer: Peer| {
            let mut points: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
            for (x, y) in results.samples.iter().filter(|sample| sample.peer == peer).filter_map(self.point) {
                // What is not above zero has no place on a logarithmic axis. Every x is a whole number.
                if x > 0.0 && y > 0.0 {
                    points.entry(x as u64).or_default().push(y);
                }
            }
            let middle = |(x, values): (u64, Vec<f64>)| Some((x as f64, Middle::of(values)?.median));
            points.into_iter().filter_map(middle).collect()
        };
        results.peers.iter().map(|compared| (compared.peer, line(compared.peer))).collect()
    }

    fn draw(&self, results: &Results) -> Result<String> {
        let lines = self.lines(results);
        let mut picture = String::new();
        self.draw_into(&lines, &mut picture).map_err(|error| anyhow!("{}: {error}", self.file))?;
        // The style sheet goes to the front, into the element that is there.
        let (head, body) = picture.split_once(">\n").ok_or_else(|| anyhow!("{}: an odd picture", self.file))?;
        Ok(format!("{head}>\n{DARK}\n{body}"))
    }

    fn draw_into(&self, lines: &[(Peer, Line)], picture: &mut String) -> Result<(), Box<dyn std::error::Error>> {
        let points = || lines.iter().flat_map(|(_, line)| line);
        let (x_range, y_range) = (range(points().map(|(x, _)| *x)), range(points().map(|(_, y)| *y)));
        let mut x_labels: Vec<_> = points().map(|(x, _)| *x).collect();
        x_labels.sort_by(f64::total_cmp);
        x_labels.dedup();
        let y_labels = one_two_five(&y_range);
        let area = SVGBackend::with_string(picture, SIZE).into_drawing_area();
        area.fill(&PAPER)?;
        // The legend stands beside the lines, so that it never lies on one.
        let (left, right) = area.split_horizontally(SIZE.0 as i32 - 150);
        let mut chart = ChartBuilder::on(&left)
            .margin(14)
            .caption(self.title, (FONT, 17).into_font().color(&INK))
            .x_label_area_size(48)
            .y_label_area_size(74)
            .build_cartesian_2d(
                LogCoord::from(x_range.log_scale()).with_key_points(x_labels),
                LogCoord::from(y_range.log_scale()).with_key_points(y_labels),
            )?;
        chart
            .configure_mesh()
            .x_desc(self.x_title)
            .y_desc(self.y_title)
            .x_labels(8)
            .y_labels(6)
            .x_label_formatter(&|x| short(*x))
            .y_label_formatter(&|y| short(*y))
            .label_style((FONT, 13).into_font().color(&INK))
            .axis_desc_style((FONT, 14).into_font().color(&INK))
            .axis_style(INK)
            .bold_line_style(GRID)
            .light_line_style(TRANSPARENT)
            .draw()?;
        for (place, (peer, line)) in (0..).zip(lines) {
            let style = colour(*peer).stroke_width(if *peer == Peer::Umbra { 4 } else { 2 });
            chart.draw_series(LineSeries::new(line.iter().copied(), style))?;
            chart.draw_series(line.iter().map(|point| Circle::new(*point, 4, colour(*peer).filled())))?;
            let at = 60 + 24 * place;
            right.draw(&PathElement::new([(0, at), (24, at)], style))?;
            right.draw(&Circle::new((12, at), 4, colour(*peer).filled()))?;
            right.draw(&Text::new(peer.title(), (32, at - 7), (FONT, 14).into_font().color(&INK)))?;
        }
        area.present()?;
        Ok(())
    }
}

/// Told apart by people who see fewer colours too, on light and on dark paper (after Okabe and Ito).
fn colour(peer: Peer) -> RGBColor {
    match peer {
        Peer::Umbra => RGBColor(213, 94, 0),
        Peer::UmbraNative => RGBColor(230, 159, 0),
        Peer::UmbraGuest => RGBColor(86, 180, 233),
        Peer::UmbraStock => RGBColor(140, 86, 75),
        Peer::Colyseus => RGBColor(0, 114, 178),
        Peer::SocketIo => RGBColor(0, 158, 115),
        Peer::Cowboy => RGBColor(204, 121, 167),
        Peer::Tokio => RGBColor(128, 128, 128),
    }
}

/// From a little below the least to a little above the most.
fn range(values: impl Iterator<Item = f64>) -> std::ops::Range<f64> {
    let middle = Middle::of(values).unwrap_or(Middle { median: 1.0, least: 1.0, most: 10.0 });
    middle.least / 1.3..middle.most * 1.3
}

/// What people count by: 1, 2, 5, 10, 20 … within a range.
fn one_two_five(range: &std::ops::Range<f64>) -> Vec<f64> {
    let decades = range.start.log10().floor() as i32..=range.end.log10().ceil() as i32;
    let steps = decades.flat_map(|decade| [1.0, 2.0, 5.0].map(|step| step * 10f64.powi(decade)));
    steps.filter(|step| range.contains(step)).collect()
}

/// As few characters as will do: 0.5, 20, 3k, 1M.
fn short(value: f64) -> String {
    let (value, unit) = match value {
        million if million >= 1e6 => (million / 1e6, "M"),
        thousand if thousand >= 1e3 => (thousand / 1e3, "k"),
        one => (one, ""),
    };
    let text = if value < 10.0 { format!("{value:.2}") } else { format!("{value:.0}") };
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::examples;

    #[test]
    fn a_picture_has_a_line_a_peer_and_says_what_its_axes_are() {
        let results = examples::comparison();
        let pictures = all(&results).unwrap();
        let names: Vec<_> = pictures.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["memory.svg", "throughput-rooms.svg", "cost-rooms.svg"], "of the others there is no sample");
        let (_, picture) = &pictures[1];
        for part in ["<polyline", "rooms", "events delivered a second", "Umbra", "bare tokio", "prefers-color-scheme"] {
            assert!(picture.contains(part), "{part} in\n{picture}");
        }
        for ink in ["fill=\"#FFFFFF\"", "fill=\"#1F2328\"", "stroke=\"#1F2328\"", "stroke=\"#D0D7DE\""] {
            assert!(picture.contains(ink) && DARK.contains(ink.split_once('=').unwrap().1), "{ink} has a dark twin");
        }
    }

    #[test]
    fn a_point_is_the_median_of_its_rounds() {
        let lines = PLOTS[2].lines(&examples::comparison());
        assert_eq!(lines[0], (Peer::Umbra, vec![(50.0, 50_000.0), (100.0, 70_000.0)]));
    }

    #[test]
    fn an_axis_counts_by_one_two_and_five() {
        assert_eq!(one_two_five(&(0.4..30.0)), [0.5, 1.0, 2.0, 5.0, 10.0, 20.0]);
    }

    #[test]
    fn labels_are_short() {
        for (value, text) in
            [(0.05, "0.05"), (0.5, "0.5"), (20.0, "20"), (3000.0, "3k"), (1.5e6, "1.5M"), (100.0, "100")]
        {
            assert_eq!(short(value), text);
        }
    }
}
