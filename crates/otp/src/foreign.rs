//! For processes that are not the guest's: how messages travel to and from it.
//!
//! A program that embeds the runtime can put processes of its own into a node. They have no [`Inbox`](crate::Inbox), whose
//! calls are the guest's; they take the runtime's messages as they are, and here is what is in them. There natively only.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Handle, ProcessId, control, names, wire};

/// The tag of a message from a process to itself which may come after what others are about to send: the runtime is to let
/// them run first.
pub const AFTER_OTHERS: i64 = control::AFTER_OTHERS;

/// The tag of a message that need not wake its receiver.
pub const UNHURRIED: i64 = control::UNHURRIED;

/// Whether a message under this tag of the runtime is one of a program's own; whatever else is under way is this crate's.
pub fn is_message(tag: Option<i64>) -> bool {
    matches!(tag.unwrap_or(control::MESSAGE), control::MESSAGE | control::UNHURRIED)
}

/// The body of a message, in a buffer that is empty so far. It travels without a tag.
///
/// # Panics
/// If the message cannot be encoded, which is a mistake in its `Serialize`.
pub fn encode<M: Serialize>(message: &M, mut buffer: Vec<u8>) -> Vec<u8> {
    wire::encode_into(&mut buffer, message).expect("what a program sends can be encoded");
    buffer
}

/// The message in a body. The error says what is wrong with the bytes.
pub fn decode<M: DeserializeOwned>(body: &[u8]) -> Result<M, String> {
    wire::decode_slice(body).map_err(|error| error.to_string())
}

/// Under which text the runtime's registry has a [`name`](mod@names) of a process that takes messages of type `M`.
pub fn key<M>(name: &str) -> String {
    names::key::<M>(name)
}

/// Where messages to a process of a node go.
pub fn handle<M>(node: u64, id: ProcessId) -> Handle<M> {
    Handle::of_node(node, id)
}
