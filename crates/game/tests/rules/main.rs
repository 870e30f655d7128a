//! RULES, tested: what authors are promised, what rooms are promised, and that the kit catches those who break it.

mod bad_games;
mod chance;
mod conformance;
mod options;
mod room_side;
