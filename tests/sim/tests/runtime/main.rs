//! The simulated runtime keeps the laws of lunatic, and takes the course that a schedule says.

mod actors;
mod deaths;
mod exploring;
mod kills;
mod mail;
mod ports;
mod schedules;
mod spawning;
mod trails;
