//! The way into a new process: from two numbers that the runtime passes on to an entry function with its argument.
//!
//! All processes are instances of one module, so a function's number in the table of functions means the same function in each
//! of them. Its type cannot travel; so the number of a function that knows the type goes along.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::control::ARGUMENT;
use crate::exit::{Parent, remember_parent};
use crate::{Inbox, ProcessId, host, wire};

/// A function to run in another process.
pub(crate) struct Entry {
    pub(crate) typed: fn(usize),
    pub(crate) entry: usize,
    /// What the process is called in a simulated runtime: the type of its messages, or of its argument if it has none.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) kind: &'static str,
}

impl Entry {
    pub(crate) fn with_inbox<A, M>(entry: fn(A, Inbox<M>)) -> Self
    where
        A: Serialize + DeserializeOwned,
        M: Serialize + DeserializeOwned,
    {
        Entry {
            typed: run_with_inbox::<A, M>,
            entry: entry as usize,
            #[cfg(not(target_arch = "wasm32"))]
            kind: std::any::type_name::<M>(),
        }
    }

    pub(crate) fn plain<A>(entry: fn(A)) -> Self
    where
        A: Serialize + DeserializeOwned,
    {
        Entry {
            typed: run_plain::<A>,
            entry: entry as usize,
            #[cfg(not(target_arch = "wasm32"))]
            kind: std::any::type_name::<A>(),
        }
    }
}

/// Where every process that this crate spawns comes in. The version keeps two versions of this crate in one program apart.
#[cfg(target_arch = "wasm32")]
pub(crate) const ENTRANCE: &str = concat!("_umbra_otp_entrance_", env!("CARGO_PKG_VERSION"));

#[cfg(target_arch = "wasm32")]
#[unsafe(export_name = concat!("_umbra_otp_entrance_", env!("CARGO_PKG_VERSION")))]
extern "C" fn entrance(typed: usize, entry: usize) {
    // SAFETY: the runtime calls this by its name with the parameters of `Entry::params`, whose first is a `fn(usize)`.
    let typed: fn(usize) = unsafe { std::mem::transmute(typed) };
    typed(entry);
}

fn run_with_inbox<A, M>(entry: usize)
where
    A: Serialize + DeserializeOwned,
    M: Serialize + DeserializeOwned,
{
    // SAFETY: `Entry::with_inbox` paired this function with an entry of exactly this type.
    let entry: fn(A, Inbox<M>) = unsafe { std::mem::transmute(entry) };
    let argument = receive_argument();
    entry(argument, Inbox::of_this_process(ProcessId::this().handle()));
}

fn run_plain<A>(entry: usize)
where
    A: Serialize + DeserializeOwned,
{
    // SAFETY: `Entry::plain` paired this function with an entry of exactly this type.
    let entry: fn(A) = unsafe { std::mem::transmute(entry) };
    entry(receive_argument());
}

/// On a stack of its own, which is left when the process begins.
#[inline(never)]
fn receive_argument<A: Serialize + DeserializeOwned>() -> A {
    // Only data messages carry this tag.
    host::receive(&[ARGUMENT]);
    let (parent, argument): (Option<Parent>, A) =
        wire::decode().expect("the parent encoded the argument with the type that this function was paired with");
    if let Some(parent) = parent {
        remember_parent(parent);
    }
    argument
}
