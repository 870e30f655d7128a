//! TWINS, tested at their border: the room, by scripts with a clock of their own and by random play.

mod asked_again;
mod client;
mod grace;
mod in_game;
mod property;
mod secrets;
mod table;
mod turns;
mod waiting;
