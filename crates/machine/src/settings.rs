//! TWINS, settings: everything an operator may choose, checked before anything is started.
//!
//! [`table`] holds every setting once, as data: the struct, the defaults, the keys of `umbra.toml`, the names of the
//! environment variables, the allowed values and the pages for operators all come out of that one table.
//! [`load`](fn@load) reads a file and an environment against it.

mod error;
mod field;
mod kinds;
mod load;
#[cfg(test)]
mod pages;
mod table;

pub use error::{ConfigError, Source};
pub use kinds::{LogLevel, Secret};
pub use load::load;
pub use table::Settings;
