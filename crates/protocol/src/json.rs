//! JSON codec (to be filled).
