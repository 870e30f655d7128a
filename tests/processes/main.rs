//! The processes of the server on a real runtime: the rules of the chain `socket → user → room → user → socket`, each
//! with a test that bears its name. Every test is a process of its own with a server of its own; all run at once.
//!
//! Start with `stage` (the test as somebody who plays parts and is told everything), `server` (the real tree around it)
//! and `player` (a client behind a socket that the test plays).

mod client;
mod lone_room;
mod lone_user;
mod player;
mod server;
mod stage;
mod table;

mod backpressure;
mod busy;
mod chain;
mod compare;
mod connections;
mod crashes;
mod endings;
mod golden;
mod holdings;
mod in_game;
mod monitors;
mod out_of_date;
mod races;
mod resume;
mod said;
mod starting;
mod waiting;
