//! FAULTS: the fault kit: a whole match is played under a plan of faults and compared with the undisturbed match.
//!
//! ```text
//! Strategy ─┐                          ┌─ live: a real server, real connections ─┐
//! seed ─────┴▶ Script ──▶ undisturbed ─┤                                         ├─▶ compare ──▶ Verdict
//!               │            Story     └─ sim: the server's processes, simulated ┘     ▲
//!               └── Plan (what goes wrong, and when) ──────────────▶ Story ────────────┘
//! ```
//! `strategy`, `script`, `story`, `compare`, `account`, `plan` and `sweep` are pure: no I/O, no clock, no task. A script is made by
//! playing the room's own twin, so it is exact, and the story of its undisturbed run comes with it.
//!
//! A game of your own: a [`Subject`](script::Subject) beside those in [`games`], with a [`Strategy`](strategy::Strategy) for
//! its players; then
//!
//! ```
//! use umbra_faults::sim::{Kill, Process, play};
//! use umbra_faults::{compare::compare, games, plan::Plan};
//! use umbra_otp::sim::Fifo;
//!
//! let subject = games::named("tictactoe").expect("one of those in `games`");
//! let script = subject.script(7).expect("the strategy plays by the rules");
//! for nth in 1..=20 {
//!     let kill = Kill { process: Process::Room, nth };
//!     let played = play(&script, Fifo, Some(kill));
//!     assert_eq!(compare(&script, &Plan::default(), &played.story).difference, None, "seed 7, {kill}");
//! }
//! ```

pub mod account;
pub mod compare;
pub mod games;
pub mod live;
pub mod plan;
pub mod script;
pub mod sim;
pub mod story;
pub mod strategy;
pub mod sweep;
