//! LAUNCHER, tests: the message of a panic, found in what a process printed.

/// What the first panic in an output says, or `None` if there is none.
///
/// ```text
/// thread 'main' (1) panicked at src/lib.rs:10:5:
/// the message, as many lines as it has
/// note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
/// ```
pub fn message(output: &str) -> Option<String> {
    let mut lines = output.lines();
    lines.find(|line| line.starts_with("thread '") && line.contains(" panicked at "))?;
    let message: Vec<&str> = lines.take_while(|line| !line.starts_with("note: run with `RUST_BACKTRACE")).collect();
    Some(message.join("\n").trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn the_message_stands_between_the_place_and_the_note() {
        let output =
            "before\n\nthread 'main' (1) panicked at a.rs:1:2:\none\ntwo\nnote: run with `RUST_BACKTRACE=1` e\nafter\n";
        assert_eq!(message(output).as_deref(), Some("one\ntwo"));
    }

    #[test]
    fn an_output_without_a_panic_has_no_message() {
        assert_eq!(message("somebody panicked at the disco\n"), None);
    }
}
