//! The races between processes, each with a test that bears its name: who dies, and what was under way in that moment.
//! Those that are one process's own to decide are played on its twin, in `crates/machine/tests/races/`.

mod former_room;

mod managers;
mod notices;
mod rooms;
