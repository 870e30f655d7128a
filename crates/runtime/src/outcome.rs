//! RUNTIME: how a node's root process ended.

/// The end of a root process, and with it of its node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It returned, or left with status 0.
    Ended,
    /// It left with another status.
    Exited(i32),
    /// It trapped: a panic, too little memory, an unreachable instruction. What wasmtime says of it.
    Trapped(String),
    /// It was killed, or somebody it was linked to failed.
    Killed,
}

/// How wasmtime and lunatic put it; there is nothing but these texts to tell the cases apart.
const EXITED: &str = "Exited with i32 exit status ";
const KILLED: &str = "Process received Kill signal";

impl Outcome {
    pub(crate) fn of_failure(failure: &str) -> Self {
        if failure == KILLED {
            return Self::Killed;
        }
        match failure.strip_prefix(EXITED).and_then(|status| status.trim().parse().ok()) {
            Some(status) => Self::Exited(status),
            None => Self::Trapped(failure.to_owned()),
        }
    }
}
