//! Umbra's processes: a small OTP on top of [lunatic](lunatic)'s mailbox processes.

mod calls;
mod children;
mod clock;
mod control;
mod exit;
mod inbox;
pub mod names;
mod process;
mod restart;
mod spawn;
mod supervisor;
mod timer;
mod wire;

pub use calls::{CallId, Calls};
pub use children::{Children, Ended, Next};
pub use clock::{monotonic_ms, now_ms};
pub use exit::{ExitReason, exit_failed};
pub use inbox::{Inbox, Incoming};
pub use process::{ChildTag, Handle, ProcessId};
pub use restart::{Intensity, Restart, RestartWindow, Verdict};
pub use spawn::{Child, ProcessLimits, SpawnError, spawn, spawn_link, spawn_link_plain, spawn_plain};
pub use supervisor::{Ack, ChildSpec, Shutdown, Started, Starter, Strategy, Supervisor, SupervisorMessage};
pub use timer::{Epoch, Timer};
pub use wire::Wire;
