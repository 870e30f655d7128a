//! TESTS, live: the built server on the real runtime, spoken to over TCP as its users do.
//!
//! `room_*` and `result` hold it to section 6 of docs/PROTOCOL.md, `session*`, `takeover` and `sign_in` to section 3,
//! `messages` and `errors` to sections 4 and 7, `transport`, `http` and `closing` to sections 1 and 8. The rest is what no
//! single section says: whole matches, secrets, crashes, hostile input, an operator's side.

mod bots;
mod chaos;
mod closing;
mod crashes;
mod draining;
mod errors;
mod fullness;
mod guide;
mod heartbeat;
mod hostile;
mod http;
mod leftovers;
mod limits;
mod messages;
mod result;
mod room_in_game;
mod room_waiting;
mod secrets;
mod servers;
mod session;
mod settings;
mod sign_in;
mod silence;
mod slow_reader;
mod takeover;
mod transport;
mod whole_match;
