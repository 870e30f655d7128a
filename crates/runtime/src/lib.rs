//! RUNTIME: lunatic, embedded for many small processes.
//!
//! The published crates of lunatic are the runtime: processes, mailboxes, links, monitors, timers, sockets. What is ours
//! is how they are put together: how the machine code and the memory of a process are laid out ([`Tuning`]), what a
//! process costs on the host's side ([`ProcessState`]), and how a node is started and stopped ([`Node`]). What a guest
//! sees of it is what it sees of `lunatic run`.
//!
//! ```text
//! Runtime::new(&Tuning) → runtime.compile(bytes) → Module
//! Node::new(&runtime)   → node.environment, node.registry: put native processes there
//!                       → node.start(&module, "_start", settings) → Running { root, outcome }
//! ```

mod absent;
mod bonds;
pub mod buffers;
mod bytes;
mod cache;
mod control_block;
mod epochs;
mod idle;
mod letterbox;
mod life;
mod links;
mod module;
mod node;
mod outcome;
mod processes;
mod receive;
mod resources;
mod settings;
mod spawn;
mod state;
mod timers;
mod tuning;
mod turns;

pub use links::{AFTER_OTHERS, UNHURRIED, UNHURRIED_MAX};
pub use module::{Module, Runtime};
pub use node::{Node, Registry, Running};
pub use outcome::Outcome;
pub use processes::Processes;
pub use settings::ProcessSettings;
pub use state::ProcessState;
pub use tuning::{MemoryPlan, Tuning};
pub use turns::{one_thread, threads};

/// lunatic's own words for what runs in a node: what native processes are written against.
pub use lunatic_process::{
    DeathReason, Process, Signal,
    env::Environment,
    message::{DataMessage, Message},
};
pub use lunatic_stdout_capture::StdoutCapture;
