//! TIDY, files: each says where it is in the picture, and is short enough to be read.

use super::Source;

/// Lines past which a file says why it is that long.
pub const LINES_MAX: usize = 400;

/// Every file begins with `//!` and a sentence.
pub fn say_what_they_are(sources: &[Source]) -> Vec<String> {
    let silent = |source: &&Source| {
        let first = source.text.lines().next().unwrap_or_default();
        first.strip_prefix("//! ").is_none_or(|sentence| sentence.trim().is_empty())
    };
    let complaint = |source: &Source| format!("{} does not begin with a `//!` that says what it is", source.path);
    sources.iter().filter(silent).map(complaint).collect()
}

/// A file past [`LINES_MAX`] says in its head, with the word "long", why it is.
pub fn are_short_or_say_why(sources: &[Source]) -> Vec<String> {
    let too_long = |source: &&Source| {
        let mut head = source.text.lines().take_while(|line| line.starts_with("//!"));
        source.text.lines().count() > LINES_MAX && !head.any(|line| super::holds_word(line, "long"))
    };
    let complaint = |source: &Source| {
        format!("{} has {} lines and does not say why it is that long", source.path, source.text.lines().count())
    };
    sources.iter().filter(too_long).map(complaint).collect()
}

/// No file is called after nothing in particular.
pub fn have_names_that_say_something(sources: &[Source]) -> Vec<String> {
    const EMPTY: [&str; 6] = ["utils", "util", "common", "helpers", "helper", "misc"];
    let names = |source: &Source| {
        source
            .path
            .split(['/', '.'])
            .find(|part| EMPTY.contains(part))
            .map(|name| format!("{} is called {name}, which says nothing about what is in it", source.path))
    };
    sources.iter().filter_map(names).collect()
}
