//! The crate on a real runtime. Every test is a process of its own; all of them run at once.

mod cast;
mod children;
mod nesting;
mod order;
mod orphans;
mod reasons;
mod sizes;
mod spawning;
mod strategies;
mod supervision;
mod watching;
