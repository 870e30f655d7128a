//! What was found, as a table for people, and its place in a document.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use umbra_client::Subprotocol;

use crate::cpu;
use crate::cycles::Visits;
use crate::load::{Figures, Pace, Plan};
use crate::memory::Memory;

/// What a part of a document stands between that a tool writes.
fn markers(name: &str) -> [String; 2] {
    ["begin", "end"].map(|end| format!("<!-- {name}: {end} -->\n"))
}

/// One measurement.
#[derive(Clone, Debug)]
pub enum Finding {
    /// Players played.
    Load(Plan, Figures),
    /// Players sat still: added bytes for each.
    Idle {
        /// The encoding.
        subprotocol: Subprotocol,
        /// How many sat.
        users: usize,
        /// Players a room.
        room_size: u8,
        /// Added bytes for each.
        each: Memory,
    },
    /// Users came and went.
    Cycles {
        /// The encoding.
        subprotocol: Subprotocol,
        /// How often, and how long the steps of one take.
        visits: Visits,
    },
}

fn ms(duration: Duration) -> String {
    format!("{:.2}", duration.as_secs_f64() * 1e3)
}

fn or_dash(value: Option<f64>) -> String {
    value.map_or("–".into(), |value| format!("{value:.2}"))
}

/// Markdown of all findings: a table of loads, then a line for each of the rest.
pub fn markdown(findings: &[Finding]) -> String {
    let mut rows = String::new();
    let mut lines = String::new();
    for finding in findings {
        // Writing to a String cannot fail.
        let _ = match finding {
            Finding::Load(plan, figures) => writeln!(rows, "{}", row(plan, figures)),
            Finding::Idle { subprotocol, users, room_size, each } => writeln!(
                lines,
                "- Memory of an idle user ({users} in running matches of {room_size}, {}): **{:.0} KiB RSS, {:.0} KiB PSS**",
                subprotocol.name(),
                each.rss / 1024.0,
                each.pss / 1024.0
            ),
            Finding::Cycles { subprotocol, visits: Visits { per_second, alone } } => writeln!(
                lines,
                "- Connect, sign in, quick join, leave, hang up ({}): **{per_second:.0} a second**; with nobody else about \
                 {} ms to connect, {} from `HELLO` to `OK`, {} to join, {} to leave",
                subprotocol.name(),
                ms(alone.connect),
                ms(alone.sign_in),
                ms(alone.join),
                ms(alone.leave)
            ),
        };
    }
    if rows.is_empty() {
        return lines;
    }
    format!(
        "| load | encoding | users | events/s delivered | p50 ms | p99 ms | p99.9 ms | server CPU s per million events | \
         server busy | tool busy | missing | refused |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n{rows}{}{lines}",
        if lines.is_empty() { "" } else { "\n" }
    )
}

fn row(plan: &Plan, figures: &Figures) -> String {
    let load = match plan.pace {
        Pace::Closed => "closed loop".to_owned(),
        Pace::Open { events_per_second } => format!("open loop, {events_per_second:.0}/s"),
    };
    let cells = [
        load,
        plan.subprotocol.name().to_owned(),
        format!("{} in rooms of {}", plan.users, plan.room_size),
        format!("{:.0}", figures.events_per_second),
        ms(figures.p50),
        ms(figures.p99),
        ms(figures.p999),
        or_dash(figures.server_cpu_per_million),
        or_dash(figures.server_busy),
        format!("{:.2}", figures.tool_busy),
        figures.missing.to_string(),
        figures.refused.to_string(),
    ];
    format!("| {} |", cells.join(" | "))
}

/// Where it was measured: machine, kernel, day, how busy the machine was with other things, and the tool's arguments.
pub fn machine(arguments: &[String]) -> String {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("an unnamed processor", |(_, model)| model.trim());
    let cores = cpu::allowed().map_or(0, |allowed| allowed.len());
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let date = Command::new("date").args(["-u", "+%Y-%m-%d"]).output();
    let date = date.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    let others = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let others = others.split_whitespace().next().unwrap_or("unknown");
    format!(
        "Measured {date} on {cores} cores of {model}, Linux {}, server and tool on a core each, load average before {others}, \
         with `make load ARGS=\"{}\"`.\n",
        kernel.trim(),
        arguments.join(" ")
    )
}

/// Puts `text` between the markers of that name in the document at `path`, or at its end, with markers, if it has none.
///
/// # Errors
/// Reading or writing.
pub fn write_between_markers(path: &Path, name: &str, text: &str) -> Result<()> {
    let document = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let [begin, end] = markers(name);
    let section = format!("{begin}\n{text}\n{end}");
    let place = document.split_once(&begin).and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
    let document = match place {
        Some((before, after)) => format!("{before}{section}{after}"),
        None => format!("{document}\n{section}"),
    };
    std::fs::write(path, document).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cycles::Steps;

    #[test]
    fn a_table_is_replaced_and_what_stands_around_it_is_not() {
        let path = std::env::temp_dir().join(format!("umbra-load-report-{}.md", std::process::id()));
        std::fs::write(&path, "# Speed\nbefore\n").unwrap();
        write_between_markers(&path, "speed", "first").unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text + "after\n").unwrap();
        write_between_markers(&path, "speed", "second").unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let [begin, end] = markers("speed");
        assert_eq!(text, format!("# Speed\nbefore\n\n{begin}\nsecond\n{end}after\n"));
    }

    #[test]
    fn every_finding_has_its_figures_in_the_text() {
        let plan = Plan {
            subprotocol: Subprotocol::Bincode,
            users: 256,
            room_size: 8,
            value_bytes: 64,
            pace: Pace::Open { events_per_second: 25_600.0 },
            warm_up: Duration::ZERO,
            window: Duration::from_secs(1),
        };
        let figures = Figures {
            events_per_second: 25_599.0,
            p50: Duration::from_micros(410),
            p99: Duration::from_micros(1230),
            p999: Duration::from_millis(7),
            missing: 1,
            refused: 0,
            server_cpu_per_million: Some(16.1),
            server_busy: None,
            tool_busy: 0.5,
        };
        let alone = Steps {
            connect: Duration::from_micros(110),
            sign_in: Duration::from_micros(420),
            join: Duration::from_micros(330),
            leave: Duration::from_micros(140),
        };
        let each = Memory { rss: 189.0 * 1024.0, pss: 85.0 * 1024.0 };
        let text = markdown(&[
            Finding::Load(plan, figures),
            Finding::Idle { subprotocol: Subprotocol::Json, users: 1000, room_size: 8, each },
            Finding::Cycles { subprotocol: Subprotocol::Json, visits: Visits { per_second: 2000.4, alone } },
        ]);
        for part in [
            "| open loop, 25600/s | umbra.v1.bincode | 256 in rooms of 8 | 25599 | 0.41 | 1.23 | 7.00 | 16.10 | – | 0.50 | 1 | 0 |",
            "189 KiB RSS, 85 KiB PSS",
            "2000 a second",
            "0.11 ms to connect, 0.42 from `HELLO` to `OK`, 0.33 to join, 0.14 to leave",
        ] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
    }
}
