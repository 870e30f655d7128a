//! LOAD: measures a server from outside, over real connections, as players would load it.
//!
//! `main` reads the arguments and chooses; [`server`] starts and pins what is measured; [`room`] signs players in and seats
//! them; [`load`] plays (closed or open loop), [`idle`] counts memory, [`cycles`] comes and goes; [`report`] prints.
//! One thread does it all, so that the figures of the tool's own cost ([`cpu`]) say whether the tool was the limit.

pub mod action;
pub mod cpu;
pub mod cycles;
pub mod idle;
pub mod load;
pub mod memory;
pub mod pacer;
pub mod report;
pub mod room;
pub mod scan;
pub mod server;
pub mod tally;
