//! What this crate needs of a runtime, and the two that there are: the smallest set of calls, the same in both.
//!
//! On WebAssembly it is lunatic, and each function here is one call of the host or two. Natively it is the simulated
//! runtime of [`sim`](crate::sim), in which a program's own processes run under a test's eyes. Nothing above this module
//! knows which of them it stands on.

#[cfg(target_arch = "wasm32")]
mod lunatic;
#[cfg(not(target_arch = "wasm32"))]
mod simulated;

#[cfg(target_arch = "wasm32")]
pub(crate) use lunatic::*;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use simulated::*;

use crate::{ChildTag, ProcessId};

/// What one receive came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// Bytes, under a tag: read them with [`body`].
    Data(i64),
    /// A linked process failed.
    LinkDied(ChildTag),
    /// A monitored process ended.
    Down(ProcessId),
    /// Of a kind that this crate does not know.
    #[cfg_attr(not(target_arch = "wasm32"), expect(dead_code, reason = "the simulated runtime has no others"))]
    Unknown(u32),
}
