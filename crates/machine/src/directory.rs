//! The managers' twins: which rooms there are and which users.

mod rooms;
mod users;

pub use rooms::{ROOMS_LISTED_MAX, RoomDirectory, Wish};
pub use users::{Route, UserDirectory};
