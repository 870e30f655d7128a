//! TWINS, settings: why a configuration is refused, each as one sentence for the operator.

use std::fmt;

use thiserror::Error;

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// `umbra.toml` in the directory the server was started in.
    File,
    /// An environment variable; it wins over the file.
    Environment,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "umbra.toml",
            Self::Environment => "the environment",
        })
    }
}

/// Why the server does not start. Print it and stop: every variant asks the operator to mend one thing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// No setting has that name; `name` is spelled as it was found.
    #[error("unknown setting {name} in {from}: docs/settings.md lists every setting")]
    Unknown {
        /// The key of the file, or the whole name of the variable.
        name: String,
        /// Where it was found.
        from: Source,
    },
    /// The value is of the wrong type or out of range. Secrets are not repeated in `value`.
    #[error("{name} is {value} in {from}, expected {expected}")]
    Refused {
        /// The key of the file, or the whole name of the variable.
        name: String,
        /// The value as it was found.
        value: String,
        /// What would have been accepted.
        expected: String,
        /// Where it was found.
        from: Source,
    },
    /// Of two settings that only mean something together, one is there.
    #[error("{name} is set without {missing}, expected both or neither")]
    Alone {
        /// The key of the one that is there.
        name: &'static str,
        /// The key of the other.
        missing: &'static str,
    },
    /// The file is there but may not be opened, or is not TOML; one line saying where and what.
    #[error("umbra.toml cannot be read: {0}")]
    Unreadable(String),
}
