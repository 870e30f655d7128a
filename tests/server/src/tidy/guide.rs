//! TIDY, guide: docs/clients.md draws the states that the clients' twin has.

use std::collections::BTreeSet;

/// The states of the twin: the variants of `enum Phase` in this source.
///
/// # Panics
/// If there is no such enum.
pub fn states_of_the_twin(source: &str) -> BTreeSet<String> {
    let (_, rest) = source.split_once("\nenum Phase {\n").expect("the twin has an enum of its states");
    let variants = rest.lines().take_while(|line| *line != "}").filter_map(|line| line.strip_prefix("    "));
    let named = variants.filter(|line| line.starts_with(char::is_uppercase));
    named.map(|line| line.chars().take_while(char::is_ascii_alphanumeric).collect()).collect()
}

/// What is wrong with the states of the guide: those of its table, and those of its diagram.
pub fn shows_these_states(guide: &str, states: &BTreeSet<String>) -> Vec<String> {
    let diagram = guide.split("```mermaid\nstateDiagram-v2\n").nth(1).and_then(|rest| rest.split("```").next());
    let ends = diagram.unwrap_or_default().lines().filter_map(|line| line.split_once(" --> "));
    let drawn = ends.flat_map(|(from, to)| [from.trim(), to.split(':').next().unwrap_or_default().trim()]);
    let drawn: BTreeSet<String> = drawn.filter(|state| *state != "[*]").map(str::to_owned).collect();

    let table = guide.split("\n| state | ").nth(1).and_then(|rest| rest.split("\n\n").next());
    let rows = table.unwrap_or_default().lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let listed: BTreeSet<String> = rows.map(str::to_owned).collect();

    let mut complaints = Vec::new();
    for (where_, shown) in [("diagram", drawn), ("table", listed)] {
        if shown != *states {
            complaints.push(format!("docs/clients.md has in its {where_} {shown:?}, and the twin has {states:?}"));
        }
    }
    complaints
}
