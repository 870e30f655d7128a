//! bincode codec (to be filled).
