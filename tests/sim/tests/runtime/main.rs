//! The simulated runtime keeps the laws of lunatic, and takes the course that a schedule says.

mod actors;
mod mail;
