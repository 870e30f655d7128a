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
