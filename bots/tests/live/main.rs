//! Bots on the real runtime: their twins, and one whose process is killed.

mod minds;
mod moves;
#[path = "../../../clients/lunatic/tests/live/port.rs"]
mod port;
mod restart;
mod settings;
