//! Lunatic's home over real connections, on the real runtime.

mod port;
mod program;
mod scenarios;
