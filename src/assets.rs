//! SHELL: the files of `web/`, inside the guest, so that the one `.wasm` is the whole deployment.
//!
//! `build.rs` packs them at compile time: every file but tests (`*.test.js`), hidden files and the package manifest.

use std::borrow::Cow;

use umbra_http::Asset;

/// Every file of the page, compressed.
pub static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));
