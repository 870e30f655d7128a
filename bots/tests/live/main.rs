//! Bots on the real runtime: their twins, and one whose process is killed.

mod minds;
mod moves;
mod port;
mod restart;
mod settings;
