//! The managers' twins: which rooms there are and which users.

mod rooms;
mod users;

pub use rooms::{PROMISE_MS, ROOMS_LISTED_MAX, RoomDirectory, Wish};
pub use users::{Route, UserDirectory};
