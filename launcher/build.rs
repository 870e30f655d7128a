//! Builds the server's guest and puts it into the launcher: feature `guest`, which is on unless turned off.
//!
//! The guest is another build for another machine, so Cargo is called once more, with a folder of its own to build in.
//! `UMBRA_WASM_TO_EMBED` names a guest that is built already.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// What the guest is built from, seen from the workspace's root.
const SOURCES: [&str; 6] = ["src", "crates", "web", "build.rs", "Cargo.toml", "Cargo.lock"];
const TARGET: &str = "wasm32-wasip1";
const GIVEN: &str = "UMBRA_WASM_TO_EMBED";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={GIVEN}");
    if env::var_os("CARGO_FEATURE_GUEST").is_none() {
        return;
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("Cargo sets OUT_DIR"));
    let guest = match env::var_os(GIVEN) {
        Some(given) => {
            println!("cargo::rerun-if-changed={}", Path::new(&given).display());
            given.into()
        }
        None => build(&out.join("guest")),
    };
    fs::copy(&guest, out.join("umbra.wasm")).unwrap_or_else(|error| panic!("{}: {error}", guest.display()));
}

/// Builds the guest in this folder and says where it is.
fn build(folder: &Path) -> PathBuf {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("Cargo sets CARGO_MANIFEST_DIR"));
    let root = here.parent().expect("the launcher lies in the workspace");
    for source in SOURCES {
        println!("cargo::rerun-if-changed={}", root.join(source).display());
    }
    let mut cargo = Command::new(env::var_os("CARGO").expect("Cargo sets CARGO"));
    cargo.args(["build", "--release", "--locked", "--package", "umbra", "--target", TARGET, "--target-dir"]);
    cargo.arg(folder).current_dir(root);
    // What Cargo said to the build of this program is not meant for that one.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let ours = ["CARGO", "CARGO_HOME", "CARGO_NET_OFFLINE"].contains(&&*text) || text.starts_with("CARGO_REGISTR");
        if (text.starts_with("CARGO") && !ours) || ["RUSTFLAGS", "TARGET", "HOST", "OUT_DIR"].contains(&&*text) {
            cargo.env_remove(&name);
        }
    }
    let status = cargo.status().expect("Cargo can be started");
    assert!(
        status.success(),
        "the guest could not be built. It needs Rust's target {TARGET} and the page's library: `make setup` fetches both"
    );
    folder.join(TARGET).join("release/umbra.wasm")
}
