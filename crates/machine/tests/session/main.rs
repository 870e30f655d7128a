//! TWINS, tested at their border: the session, by scripts with a clock of their own and over a line that loses what it can.

mod backpressure;
mod desk;
mod ending;
mod greeting;
mod lossy;
mod lost_rooms;
mod rebirth;
mod refs;
mod resume;
mod rooms;
mod takeover;
mod world;
