//! BOTS: users that play by themselves, each a supervised process.
//!
//! ```text
//! main = supervisor   one_for_one                                             supervisor.rs
//! ├── notebook        permanent   each bot's session token, over its death    notebook.rs
//! ├── bot 1           transient   a shell around its Mind and its client      bot.rs, mind.rs
//! │   └── session …   the client's home on lunatic                            clients/lunatic
//! └── bot 2 …
//! ```
//! A [`Mind`](mind::Mind) is a twin: what is told goes in, what the bot asks for next comes out. [`play`] has one file a game. A bot
//! whose process dies is started again, finds its session in the notebook, and takes up its seat where it was.

pub mod bot;
pub mod mind;
pub mod notebook;
pub mod play;
pub mod settings;
pub mod supervisor;
