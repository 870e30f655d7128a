//! A simulated runtime, natively: a program's own processes, run one call at a time under a test's eyes.
//!
//! Everything in this crate, and so everything that stands on it, runs here as it does on lunatic: the same shells, line by
//! line, with other ground under them. Each process is a coroutine with a stack of its own that leaves off when it has to wait. The
//! clock stands still while anybody has something to do, and jumps to the next timer when nobody has; chance follows from a
//! seed; and who runs next is a parameter. So a run can be repeated exactly, thousands fit into a second, and a test can ask for
//! what never happens when one waits for it:
//!
//! - *any order*: a [`Schedule`] is asked wherever more than one thing can happen next. [`Fifo`] disturbs nothing, [`Random`] throws
//!   dice, and an [`Explorer`] goes through all orders within a bound. Every run has a [`Trail`] by which it is repeated;
//! - *any death*: [`World::watch`] sees every call that a process makes and may kill it just before;
//! - *any partner*: a [`Port`] is a process that the test plays itself.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use umbra_otp::sim::World;
//! use umbra_otp::{Handle, Inbox, Incoming, ProcessLimits};
//!
//! fn doubles(to: Handle<u32>, mut inbox: Inbox<u32>) {
//!     while let Incoming::Message(number) = inbox.receive() {
//!         to.send(number * 2);
//!     }
//! }
//!
//! let world = World::default();
//! let port = world.port::<u32>();
//! let limits = ProcessLimits { memory_bytes: None, may_spawn: false };
//! let process = world.spawn(port.handle(), doubles, &limits).expect("there is room");
//! world.send(process, 21);
//! world.run().expect("it comes to rest");
//! assert_eq!(port.take(), [42]);
//! ```
//!
//! # What is as on lunatic
//!
//! Mailboxes and their order. A link tells of failures only, a monitor of every end and of none that was before it; of a failure the
//! link speaks first. Numbers are not used twice, names never forgotten, timers outlive who set them. A kill takes effect where its victim
//! waits or others get in; what rarely happens on lunatic, because processes run on several threads, is a [`Choice`]: that a
//! killed one makes some more calls, that a monitor comes in its target's last instant and is lost. A limit below what a
//! module starts with, and a spawn without the right to, are errors.
//!
//! # What is not
//!
//! - **One memory.** Statics and thread-locals are shared by all processes, and outlive them. Keep nothing in them that matters.
//! - **Destructors run** when a process ends: its stack is unwound. Their calls of the runtime are ignored, but what they do to
//!   shared memory is not undone.
//! - **No limits** of memory and fuel, and no way out of a loop that never calls the runtime.
//! - **Time** passes only when nobody has anything to do, and timers are exact.
//! - **No connections**, no files, no other nodes. To log is not a message here.
//! - **A stack of 1 MiB**; past it the test program ends with a segmentation fault.

mod call;
mod choices;
mod current;
mod deaths;
mod explore;
mod kernel;
mod log;
mod port;
mod process;
mod schedule;
mod trail;
mod world;

pub use call::{Fate, HostCall, What};
pub use deaths::{Death, Ending};
pub use explore::{Explored, Explorer, Found, Guided};
pub use log::{Level, LevelFilter, LogLine};
pub use port::Port;
pub use schedule::{Choice, Fifo, Random, Schedule};
pub use trail::{Follow, NoTrail, Trail};
pub use world::{Endless, Living, World, WorldOptions};

pub(crate) use current::Current;
