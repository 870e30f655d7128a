//! TWINS, tested at their border: users and rooms together, in the instants in which two things race. Each race has a test
//! that bears its name; those between processes are in `tests/processes/races/`.

mod world;

mod absence;
mod deadlines;
mod graces;
mod refs;
mod resuming;
mod rooms;
mod sockets;
