//! TWINS, settings: how one kind of value is read from a file or a variable, limited, and shown to operators.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use toml::de::DeValue;

use super::kinds::{LogLevel, Secret};

/// A value that the table can hold.
pub(super) trait Field: Sized {
    /// What limits it besides its type.
    type Limit;
    /// Reads what stands in the file; `None` for a wrong type or a value past the limit.
    fn from_file(value: &DeValue<'_>, limit: &Self::Limit) -> Option<Self>;
    /// Reads the text of a variable, likewise.
    fn from_variable(text: &str, limit: &Self::Limit) -> Option<Self>;
    /// Completes the sentence "expected …".
    fn expected(limit: &Self::Limit) -> String;
    /// As it would stand in the file.
    #[cfg(test)]
    fn in_toml(&self) -> String;
    /// Whether an error may repeat the value.
    const SHOWN: bool = true;
}

macro_rules! number {
    ($($number:ty),*) => {$(
        impl Field for $number {
            type Limit = RangeInclusive<u64>;

            fn from_file(value: &DeValue<'_>, limit: &Self::Limit) -> Option<Self> {
                let written = value.as_integer()?;
                within(u64::from_str_radix(written.as_str(), written.radix()).ok()?, limit)
            }

            fn from_variable(text: &str, limit: &Self::Limit) -> Option<Self> {
                within(text.parse().ok()?, limit)
            }

            fn expected(limit: &Self::Limit) -> String {
                format!("a whole number from {} to {}", limit.start(), limit.end())
            }

            #[cfg(test)]
            fn in_toml(&self) -> String {
                self.to_string()
            }
        }
    )*};
}
number!(u32, u64, usize);

fn within<N: TryFrom<u64>>(number: u64, limit: &RangeInclusive<u64>) -> Option<N> {
    limit.contains(&number).then(|| N::try_from(number).ok()).flatten()
}

impl Field for bool {
    type Limit = ();

    fn from_file(value: &DeValue<'_>, (): &()) -> Option<Self> {
        value.as_bool()
    }

    fn from_variable(text: &str, (): &()) -> Option<Self> {
        match text {
            "1" => Some(true),
            "0" => Some(false),
            _ => text.parse().ok(),
        }
    }

    fn expected((): &()) -> String {
        "true or false".to_owned()
    }

    #[cfg(test)]
    fn in_toml(&self) -> String {
        self.to_string()
    }
}

/// Limited by its least length in bytes; the empty text is always allowed and means "not configured".
impl Field for Secret {
    type Limit = usize;
    const SHOWN: bool = false;

    fn from_file(value: &DeValue<'_>, least: &usize) -> Option<Self> {
        Self::from_variable(value.as_str()?, least)
    }

    fn from_variable(text: &str, least: &usize) -> Option<Self> {
        (text.is_empty() || text.len() >= *least).then(|| Self::new(text))
    }

    fn expected(least: &usize) -> String {
        format!("text of at least {least} bytes, or empty text for none")
    }

    #[cfg(test)]
    fn in_toml(&self) -> String {
        format!("{:?}", self.reveal().unwrap_or_default())
    }
}

/// A numeric address: names would have to be resolved, and a name that resolves to two addresses could bind either.
impl Field for SocketAddr {
    type Limit = ();

    fn from_file(value: &DeValue<'_>, (): &()) -> Option<Self> {
        value.as_str()?.parse().ok()
    }

    fn from_variable(text: &str, (): &()) -> Option<Self> {
        text.parse().ok()
    }

    fn expected((): &()) -> String {
        "an IP address and a port, such as 0.0.0.0:4000 or [::1]:4000".to_owned()
    }

    #[cfg(test)]
    fn in_toml(&self) -> String {
        format!("\"{self}\"")
    }
}

/// The name of a file; whether it is there is looked at by whoever opens it. Empty text means "not configured".
impl Field for PathBuf {
    type Limit = ();

    fn from_file(value: &DeValue<'_>, (): &()) -> Option<Self> {
        value.as_str().map(Self::from)
    }

    fn from_variable(text: &str, (): &()) -> Option<Self> {
        Some(Self::from(text))
    }

    fn expected((): &()) -> String {
        "the path of a file, or empty text for none".to_owned()
    }

    #[cfg(test)]
    fn in_toml(&self) -> String {
        format!("{:?}", self.to_str().unwrap_or_default())
    }
}

impl Field for LogLevel {
    type Limit = ();

    fn from_file(value: &DeValue<'_>, (): &()) -> Option<Self> {
        Self::from_variable(value.as_str()?, &())
    }

    fn from_variable(text: &str, (): &()) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.to_string() == text)
    }

    fn expected((): &()) -> String {
        "one of error, warn, info, debug, trace".to_owned()
    }

    #[cfg(test)]
    fn in_toml(&self) -> String {
        format!("\"{self}\"")
    }
}
