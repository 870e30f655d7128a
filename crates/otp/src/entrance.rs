//! The way into a new process: from two numbers that the runtime passes on, to an entry function with its argument.
//!
//! All processes are instances of one module, so a function's number in the table of functions means the same function in each
//! of them. Its type cannot travel; so the number of a function that knows the type goes along.

use lunatic::Param;
use lunatic::host::api::message;
use lunatic::serializer::CanSerialize;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::control::ARGUMENT;
use crate::exit::{Parent, remember_parent};
use crate::{Handle, Inbox, Wire};

/// A function to run in another process.
pub(crate) struct Entry {
    typed: fn(usize),
    entry: usize,
}

impl Entry {
    pub(crate) fn with_inbox<A, M>(entry: fn(A, Inbox<M>)) -> Self
    where
        A: Serialize + DeserializeOwned,
        M: Serialize + DeserializeOwned,
    {
        Entry { typed: run_with_inbox::<A, M>, entry: entry as usize }
    }

    pub(crate) fn plain<A>(entry: fn(A)) -> Self
    where
        A: Serialize + DeserializeOwned,
    {
        Entry { typed: run_plain::<A>, entry: entry as usize }
    }

    pub(crate) fn params(&self) -> [Param; 2] {
        [Param::I32(self.typed as usize as i32), Param::I32(self.entry as i32)]
    }
}

/// The version keeps two versions of this crate in one program apart.
pub(crate) const ENTRANCE: &str = concat!("_umbra_otp_entrance_", env!("CARGO_PKG_VERSION"));

/// Where every process that this crate spawns comes in.
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
    // SAFETY: the handle that the parent got back for this process has the same type.
    let this = unsafe { Handle::this() };
    entry(argument, Inbox::of_this_process(this));
}

fn run_plain<A>(entry: usize)
where
    A: Serialize + DeserializeOwned,
{
    // SAFETY: `Entry::plain` paired this function with an entry of exactly this type.
    let entry: fn(A) = unsafe { std::mem::transmute(entry) };
    entry(receive_argument());
}

fn receive_argument<A: Serialize + DeserializeOwned>() -> A {
    let tags = [ARGUMENT];
    // SAFETY: the list of tags lives through the call; u64::MAX means no time limit. Only data messages carry this tag.
    unsafe { message::receive(tags.as_ptr(), tags.len(), u64::MAX) };
    let (parent, argument): (Option<Parent>, A) =
        Wire::decode().expect("the parent encoded the argument with the type that this function was paired with");
    if let Some(parent) = parent {
        remember_parent(parent);
    }
    argument
}
