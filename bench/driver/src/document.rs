//! DRIVER: the comparison as people read it: what stands between its two markers in `docs/performance.md`, made of the
//! samples alone.

use std::fmt::Write;
use std::path::Path;

use anyhow::Result;
use umbra_load::report::write_between_markers;

use crate::figure::{BARS, Better, Figure, TRUST};
use crate::peer::Peer;
use crate::plots;
use crate::results::{Found, Results};
use crate::statistics::Middle;

/// The name of the markers.
const NAME: &str = "comparison";
/// A driver busier than this may have been the limit itself.
const DRIVER_BUSY_MOST: f64 = 0.9;

/// Writes the comparison into the document.
///
/// # Errors
/// Reading or writing it.
pub fn write(path: &Path, results: &Results) -> Result<()> {
    write_between_markers(path, NAME, &markdown(results))
}

/// The whole text.
pub fn markdown(results: &Results) -> String {
    let mut text = head(results);
    text += &table(results, &BARS);
    text += "\nWho is ahead in what:\n\n";
    for figure in BARS.iter().filter(|figure| figure.better != Better::Neither) {
        text += &order(results, figure);
    }
    text += "\nHow far that can be trusted:\n\n";
    text += &table(results, &TRUST);
    text += &doubts(results);
    for plot in plots::PLOTS.iter().filter(|plot| !plot.is_empty(results)) {
        text += &format!("\n![{}](images/{})\n", plot.title, plot.file);
    }
    text
}

fn head(results: &Results) -> String {
    let machine = &results.machine;
    let versions = results.peers.iter().map(|compared| format!("{} {}", compared.peer.title(), compared.version));
    let versions: Vec<_> = versions.collect();
    format!(
        "Measured {} on {} cores of {}, Linux {}, server and driver on a core each, load average before {}, with `{}`.\n\
         {}. Umbra's messages were `umbra.v1.{}`.\n\n",
        machine.date,
        machine.cores,
        machine.model,
        machine.kernel,
        machine.load_before,
        results.command,
        versions.join(", "),
        results.encoding
    )
}

/// The one to which the others are compared.
fn reference(results: &Results) -> Option<Peer> {
    results.peers.first().map(|compared| compared.peer)
}

/// Medians, and in brackets how many times the first peer's that is.
fn table(results: &Results, figures: &[Figure]) -> String {
    let mut text = String::from("| |");
    for compared in &results.peers {
        text += &format!(" {} |", compared.peer.title());
    }
    text += &format!("\n|---|{}\n", "--:|".repeat(results.peers.len()));
    for figure in figures {
        text += &format!("| {} |", figure.title);
        let own = reference(results).and_then(|peer| figure.middle(results, peer));
        for compared in &results.peers {
            // Writing to a String cannot fail.
            let _ = match figure.middle(results, compared.peer) {
                None => write!(text, " – |"),
                Some(middle) => match own.filter(|_| figure.better != Better::Neither) {
                    Some(own) if Some(compared.peer) != reference(results) && own.median > 0.0 => {
                        write!(text, " {} ({}×) |", number(middle.median), number(middle.median / own.median))
                    }
                    _ => write!(text, " {} |", number(middle.median)),
                },
            };
        }
        text += "\n";
    }
    text
}

/// The peers from the best to the worst in one figure.
fn order(results: &Results, figure: &Figure) -> String {
    let found = |peer: Peer| figure.middle(results, peer).map(|middle| (peer, middle.median));
    let mut found: Vec<_> = results.peers.iter().filter_map(|compared| found(compared.peer)).collect();
    found.sort_by(|(_, one), (_, other)| match figure.better {
        Better::More => other.total_cmp(one),
        Better::Less | Better::Neither => one.total_cmp(other),
    });
    let names: Vec<_> = found.iter().map(|(peer, _)| peer.title()).collect();
    if names.len() < 2 { String::new() } else { format!("- {}: {}\n", figure.title, names.join(" › ")) }
}

/// What a reader must know before believing the figures.
fn doubts(results: &Results) -> String {
    let mut text = String::new();
    for compared in &results.peers {
        let peer = compared.peer;
        let own = || results.samples.iter().filter(|sample| sample.peer == peer);
        let busiest = Middle::of(own().filter_map(|sample| sample.found.driver_busy()));
        if let Some(busiest) = busiest.filter(|busy| busy.most > DRIVER_BUSY_MOST) {
            text += &format!(
                "- {}: the driver was busy up to {:.2} of its core, so it may have been the limit there, and not the server.\n",
                peer.title(),
                busiest.most
            );
        }
        for sample in own() {
            if let Found::Failed { what, why } = &sample.found {
                text += &format!(
                    "- {}: {what} could not be measured: {}\n",
                    peer.title(),
                    why.lines().next().unwrap_or("")
                );
            }
        }
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}

/// Three digits that count, and a comma after thousands.
fn number(value: f64) -> String {
    let digits = match value.abs() {
        0.0 => 0,
        small if small < 0.0995 => 3,
        small if small < 9.95 => 2,
        small if small < 99.5 => 1,
        _ => 0,
    };
    let text = format!("{value:.digits$}");
    let (whole, rest) = text.split_once('.').map_or((&text[..], None), |(whole, rest)| (whole, Some(rest)));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("-", whole));
    let mut grouped = String::from(sign);
    for (at, digit) in whole.char_indices() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    rest.map_or(grouped.clone(), |rest| format!("{grouped}.{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::examples;

    #[test]
    fn numbers_have_as_many_digits_as_count() {
        for (value, text) in [
            (0.0, "0"),
            (0.0123, "0.012"),
            (0.5, "0.50"),
            (9.99, "10.0"),
            (43.04, "43.0"),
            (960_123.4, "960,123"),
            (1000.0, "1,000"),
            (-12_345_678.0, "-12,345,678"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn the_table_has_medians_and_ratios_to_the_first_peer() {
        let text = markdown(&examples::comparison());
        assert!(text.contains("| | Umbra | bare tokio |\n|---|--:|--:|\n"), "{text}");
        assert!(text.contains("delivered events/s at saturation, 400 users | 50,000 | 500,000 (10.0×) |"), "{text}");
        assert!(text.contains("› Umbra\n"), "tokio is ahead and is said to be:\n{text}");
        assert!(text.contains("| – |"), "what was not measured is left open:\n{text}");
    }

    #[test]
    fn what_failed_and_a_driver_that_was_the_limit_are_told() {
        let mut results = examples::comparison();
        assert_eq!(doubts(&results), "");
        let why = "the server closed a connection\nwith details".into();
        results.samples[0].found = Found::Failed { what: "idle".into(), why };
        if let Found::Saturation(load) = &mut results.samples.last_mut().unwrap().found {
            load.driver_busy = 0.97;
        }
        let text = doubts(&results);
        assert!(text.contains("Umbra: idle could not be measured: the server closed a connection\n"), "{text}");
        assert!(text.contains("bare tokio: the driver was busy up to 0.97"), "{text}");
    }
}
