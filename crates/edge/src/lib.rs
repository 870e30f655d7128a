//! EDGE.
mod life;
mod mailbox;
mod node;
