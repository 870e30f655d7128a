//! A small OTP for [lunatic](https://docs.rs/lunatic): supervisors, monitors, calls, timers and spawning on plain mailbox
//! processes. It knows nothing of the program that stands on it.
//!
//! ```text
//!              Supervisor                 a fixed list of children (ChildSpec), a Strategy, an Intensity
//!              │        │
//!     spawn_link        spawn_link_plain  linked children, with a mailbox and without
//!              │        │
//!   ┌──────────┴───┐  ┌─┴────────┐
//!   │ manager      │  │ listener │        Children: a changing number of children, by key
//!   │   Children   │  └──────────┘        names:    how the others find these few processes
//!   └──┬────────┬──┘
//!   ┌──┴───┐ ┌──┴───┐
//!   │ room │ │ room │   each: loop { match inbox.receive() { … } }
//!   └──────┘ └──────┘         Timer: ticks to oneself      Calls: questions that wait for answers
//! ```
//!
//! Why not lunatic's own `AbstractProcess` and `Supervisor`: killing a process while it initialises aborts the whole runtime, the
//! supervisor has no restart intensity and hangs over a child that has ended, and a monitor's news cannot be received. What is
//! here stands on spawning, links, monitors and messages alone.
//!
//! # What a program can rely on
//!
//! - **One way in.** Everything that can wake a process is an [`Incoming`], taken from its [`Inbox`] in the order of arrival, also
//!   across timers and waits that run out.
//! - **Every end is told.** A child of [`Inbox::spawn_link`] ends in exactly one event: [`Incoming::LinkDied`] if it failed, with its
//!   last words in [`Inbox::exit_reason`], [`Incoming::Down`] if it did not. Other processes can be monitored, dead ones too.
//! - **No spawn panics.** Where there is no room, or no right, there is a [`SpawnError`].
//! - **A tree dies from its root.** The failure of a parent ends its children. Its *normal* end does not: whoever keeps children
//!   stops them first ([`Children::stop_all`]; a [`Supervisor`] does it by itself).
//! - **A message costs two host calls**, whatever its shape. Large byte strings still gain from `serde_bytes`.
//!
//! What it does not do: bound a mailbox (lunatic has no way to), reach other nodes, or catch a panic.
//!
//! # Two runtimes
//!
//! All of it stands on one small module of calls. On WebAssembly lunatic is behind them. Natively there is a *simulated runtime*
//! (module `sim`, which is there natively only): the same program, every process a coroutine, with a clock, an order and deaths that a
//! test chooses. Bugs of such programs lie in what happens between two messages; there it can be had at will, thousands of times
//! a second, and again. The module says what it does not simulate.
//!
//! # Example
//!
//! A counter that is restarted when it fails, under a supervisor in `main`.
//!
#![cfg_attr(target_arch = "wasm32", doc = "```no_run")]
#![cfg_attr(not(target_arch = "wasm32"), doc = "```text")]
//! use lunatic::Mailbox;
//! use serde::{Deserialize, Serialize};
//! use umbra_otp::{
//!     Ack, ChildSpec, Inbox, Incoming, Intensity, ProcessLimits, SpawnError, Started, Starter, Strategy, Supervisor,
//!     SupervisorMessage, Wire, names,
//! };
//!
//! #[derive(Serialize, Deserialize)]
//! enum Counter {
//!     Add(u32),
//!     Stop,
//! }
//!
//! fn counter(ack: Ack, mut inbox: Inbox<Counter>) {
//!     names::register("counter", inbox.this());
//!     ack.started();
//!     let mut total = 0_u32;
//!     loop {
//!         match inbox.receive() {
//!             Incoming::Message(Counter::Add(n)) => total = total.checked_add(n).expect("overflow: start again from 0"),
//!             Incoming::Message(Counter::Stop) => return,
//!             Incoming::LinkDied(_) | Incoming::Down(_) => {}
//!             Incoming::Garbled(why) => lunatic_log::warn!("counter: {why}"),
//!         }
//!     }
//! }
//!
//! const LIMITS: ProcessLimits = ProcessLimits { memory_bytes: Some(4 * 1024 * 1024), may_spawn: false };
//!
//! fn start_counter(starter: &mut Starter<'_>) -> Result<Started, SpawnError> {
//!     starter.link(starter.ack(), counter, &LIMITS, || Counter::Stop)
//! }
//!
//! #[lunatic::main]
//! fn main(mailbox: Mailbox<SupervisorMessage, Wire>) {
//!     Supervisor::new(Strategy::OneForOne, Intensity { max_restarts: 3, period_ms: 5_000 })
//!         .child(ChildSpec::new("counter", start_counter))
//!         .run(Inbox::from(mailbox), || lunatic_log::info!("all started"));
//! }
//! ```
//!
//! Anybody may now say `names::whereis("counter")` and send.

mod calls;
mod chance;
mod children;
mod clock;
mod control;
mod entrance;
mod exit;
#[cfg(not(target_arch = "wasm32"))]
pub mod foreign;
mod host;
mod inbox;
pub mod names;
mod process;
mod restart;
#[cfg(not(target_arch = "wasm32"))]
pub mod sim;
mod spawn;
mod supervisor;
mod timer;
mod wire;

pub use calls::{CallId, Calls};
pub use chance::random;
pub use children::{Children, Ended, Next};
pub use clock::{monotonic_ms, now_ms, sleep};
pub use exit::{ExitReason, exit_failed};
pub use inbox::{Inbox, Incoming};
pub use process::{ChildTag, EncodesAs, Handle, ProcessId, send_to_all};
pub use restart::{Intensity, Restart, RestartWindow, Verdict};
pub use spawn::{Child, ProcessLimits, SpawnError, spawn, spawn_link, spawn_link_plain, spawn_plain};
pub use supervisor::{Ack, ChildSpec, Shutdown, Started, Starter, Strategy, Supervisor, SupervisorMessage};
pub use timer::{Epoch, Timer};
#[cfg(target_arch = "wasm32")]
pub use wire::Wire;
