//! DRIVER: who is compared, how each is started, and what it speaks.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use umbra_client::Subprotocol;
use umbra_load::server::SETTINGS;

/// A server under comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Peer {
    /// Umbra as `make install` installs it
    Umbra,
    /// Umbra in its launcher, connections being native
    UmbraNative,
    /// Umbra in its launcher, connections being processes of the guest
    UmbraGuest,
    /// Umbra on the stock lunatic runtime
    UmbraStock,
    /// Colyseus, from npm
    Colyseus,
    /// Socket.IO, from npm
    #[value(name = "socketio")]
    #[serde(rename = "socketio")]
    SocketIo,
    /// Cowboy on Erlang, from Debian
    Cowboy,
    /// Bare tokio and tungstenite: the ceiling
    Tokio,
}

/// What a peer speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Umbra's, in the encoding that was asked for.
    Umbra,
    /// Colyseus'.
    Colyseus,
    /// Socket.IO's.
    SocketIo,
    /// That of the peers without one of their own.
    Plain,
}

impl Peer {
    /// Those of a comparison, unless others are asked for.
    pub const USUAL: [Self; 5] = [Self::Umbra, Self::Colyseus, Self::SocketIo, Self::Cowboy, Self::Tokio];

    /// For people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Umbra => "Umbra",
            Self::UmbraNative => "Umbra, native edge",
            Self::UmbraGuest => "Umbra, guest edge",
            Self::UmbraStock => "Umbra, stock lunatic",
            Self::Colyseus => "Colyseus",
            Self::SocketIo => "Socket.IO",
            Self::Cowboy => "Cowboy",
            Self::Tokio => "bare tokio",
        }
    }

    /// Its name to `bench/install.sh`, if that has anything to do for it.
    pub fn to_install(self) -> Option<&'static str> {
        match self {
            Self::Umbra | Self::UmbraNative | Self::UmbraGuest | Self::UmbraStock => None,
            Self::Colyseus => Some("colyseus"),
            Self::SocketIo => Some("socketio"),
            Self::Cowboy => Some("cowboy"),
            Self::Tokio => Some("tokio"),
        }
    }

    /// What it speaks.
    pub fn language(self) -> Language {
        match self {
            Self::Umbra | Self::UmbraNative | Self::UmbraGuest | Self::UmbraStock => Language::Umbra,
            Self::Colyseus => Language::Colyseus,
            Self::SocketIo => Language::SocketIo,
            Self::Cowboy | Self::Tokio => Language::Plain,
        }
    }

    /// Starts it on a port of 127.0.0.1.
    ///
    /// # Errors
    /// The environment does not say where it is.
    pub fn command(self, port: u16) -> Result<Command> {
        let mut command = match self {
            Self::Umbra | Self::UmbraNative | Self::UmbraGuest | Self::UmbraStock => return umbra(self, port),
            Self::Colyseus => node("colyseus"),
            Self::SocketIo => node("socketio"),
            Self::Cowboy => {
                let mut command = Command::new(erlang().join("bin/erl"));
                // Schedulers that find nothing to do sleep at once instead of looking for work for a while: on a core of
                // its own that spinning would be charged to Cowboy as the cost of its events.
                let spinning = ["+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none"];
                command.args(spinning).args(["-noinput", "-boot", "start_clean", "-pa"]);
                command.arg(folder("cowboy").join("ebin")).args(["-s", "relay", "start"]);
                command
            }
            Self::Tokio => Command::new(std::env::current_exe()?.with_file_name("umbra-bench-tokio")),
        };
        command.env("PORT", port.to_string()).env("NODE_ENV", "production");
        Ok(command)
    }

    /// Which release of it is measured.
    pub fn version(self) -> String {
        let said = match self {
            Self::Umbra | Self::UmbraNative | Self::UmbraGuest | Self::UmbraStock => {
                Ok(env!("CARGO_PKG_VERSION").to_owned())
            }
            Self::Colyseus => node_version("colyseus", "@colyseus/core"),
            Self::SocketIo => node_version("socketio", "socket.io"),
            Self::Cowboy => cowboy_version(),
            Self::Tokio => tokio_version(),
        };
        said.unwrap_or_else(|_| "of unknown version".to_owned())
    }
}

/// The project's folder `bench`.
pub fn bench() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("")
}

fn folder(peer: &str) -> PathBuf {
    bench().join("peers").join(peer)
}

/// The one place that knows how Umbra is started. `tools/with-tools.sh` says where everything is.
fn umbra(peer: Peer, port: u16) -> Result<Command> {
    let from = |name: &str| std::env::var(name).with_context(|| format!("{name} must say how Umbra is started"));
    let on_launcher = |edge: &str| -> Result<String> {
        Ok(format!("'{}' --edge {edge} --guest '{}'", from("UMBRA_LAUNCHER")?, from("UMBRA_WASM")?))
    };
    let command_line = match peer {
        Peer::UmbraNative => on_launcher("native")?,
        Peer::UmbraGuest => on_launcher("guest")?,
        Peer::UmbraStock => format!("'{}' run '{}'", from("UMBRA_LUNATIC")?, from("UMBRA_WASM")?),
        Peer::Umbra | Peer::Colyseus | Peer::SocketIo | Peer::Cowboy | Peer::Tokio => from("UMBRA_SERVER")?,
    };
    let mut command = Command::new("sh");
    command.args(["-c", &format!("exec {command_line}")]);
    command.env_clear().envs(SETTINGS).env("UMBRA_BIND", format!("127.0.0.1:{port}"));
    // With back traces on, every message between processes costs ten times as much.
    command.env("RUST_BACKTRACE", "0");
    Ok(command)
}

/// The encoding's name on the command line.
pub fn encoding(subprotocol: Subprotocol) -> &'static str {
    match subprotocol {
        Subprotocol::Json => "json",
        Subprotocol::Bincode => "bincode",
    }
}

fn node(peer: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(folder(peer).join("server.js")).current_dir(folder(peer));
    command
}

fn output(command: &mut Command) -> Result<String> {
    Ok(String::from_utf8(command.output()?.stdout)?.trim().to_owned())
}

fn node_version(peer: &str, package: &str) -> Result<String> {
    let wanted: serde_json::Value = serde_json::from_slice(&std::fs::read(folder(peer).join("package.json"))?)?;
    let version = wanted["dependencies"][package].as_str().context("no such dependency")?;
    Ok(format!("{version} on Node {}", output(Command::new("node").arg("--version"))?.trim_start_matches('v')))
}

/// The link that `bench/install.sh` sets.
fn erlang() -> PathBuf {
    folder("cowboy").join("erlang")
}

fn cowboy_version() -> Result<String> {
    let libraries = std::fs::read_dir(erlang().join("libraries"))?;
    let names = libraries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let version = names.filter_map(|name| name.strip_prefix("cowboy-").map(str::to_owned)).next();
    let release = "io:put_chars(erlang:system_info(otp_release)), halt().";
    let mut erl = Command::new(erlang().join("bin/erl"));
    let release = output(erl.args(["-noinput", "-boot", "start_clean", "-eval", release]))?;
    Ok(format!("{} on Erlang/OTP {release}", version.context("no Cowboy among the libraries")?))
}

fn tokio_version() -> Result<String> {
    let lock = std::fs::read_to_string(bench().with_file_name("Cargo.lock"))?;
    let version = |name: &str| {
        let (_, rest) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
        rest.split_once('"').map(|(version, _)| version.to_owned())
    };
    let (tokio, tungstenite) = version("tokio").zip(version("tokio-tungstenite")).context("not in Cargo.lock")?;
    Ok(format!("{tokio} with tokio-tungstenite {tungstenite}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_peer_has_a_command_that_is_told_the_port() {
        for peer in Peer::USUAL.into_iter().filter(|peer| peer.language() != Language::Umbra) {
            let command = peer.command(4711).unwrap();
            let port = command.get_envs().find(|(name, _)| *name == "PORT").and_then(|(_, value)| value);
            assert_eq!(port.and_then(|port| port.to_str()), Some("4711"), "{peer:?}");
        }
    }

    #[test]
    fn versions_come_from_what_is_pinned() {
        let version = tokio_version().unwrap();
        assert!(version.contains("with tokio-tungstenite 0."), "{version}");
        let wanted: serde_json::Value =
            serde_json::from_slice(&std::fs::read(folder("socketio").join("package.json")).unwrap()).unwrap();
        assert!(wanted["dependencies"]["socket.io"].as_str().unwrap().starts_with("4.8."));
    }
}
