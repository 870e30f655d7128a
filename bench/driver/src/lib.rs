//! DRIVER: compares Umbra with its peers: the same work, measured from outside, on one machine, by one command.
//!
//! `main` reads the arguments; [`plan`] says what is measured and in which order, [`peer`] who is compared; [`server`]
//! starts and pins one. [`measure`] has the measurements: a [`crowd`] of users on one thread speaks a [`dialect`], acts
//! as the [`conductor`] says, and [`tree`] says what the server used. [`results`] keeps every figure; [`document`] and
//! [`plots`] make of them what people read.

pub mod conductor;
pub mod crowd;
pub mod dialect;
pub mod document;
pub mod figure;
pub mod frame;
pub mod measure;
pub mod peer;
pub mod plan;
pub mod plots;
pub mod results;
pub mod run;
pub mod server;
pub mod statistics;
pub mod tree;
