//! SHELL: the processes of the server, each a dull carrier of messages around a twin of `umbra-machine`.
//!
//! Follow one message: [`process::socket`] → [`process::user`] → [`process::room`] → user → socket.
//! [`process::root`] says which processes there are and what happens when one of them dies.

#[cfg(target_arch = "wasm32")]
mod allocator;
pub mod assets;
#[cfg(target_arch = "wasm32")]
mod compare;
pub mod config;
pub mod games;
pub mod log;
pub mod process;
