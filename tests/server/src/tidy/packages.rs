//! TIDY, packages: who may depend on whom. `src → machine → {game, protocol}`, `src → {otp, http, websocket}`,
//! `websocket → machine`, `http → protocol`, `games/* → game`, clients → `protocol`, `faults → {machine, client, games/*}`,
//! `launcher → {edge, runtime, machine}`, `edge → {src, runtime}`; and nothing points back.

use std::process::Command;

use serde::Deserialize;

/// What Cargo says about the workspace.
#[derive(Debug, Deserialize)]
pub struct Workspace {
    /// Its packages.
    pub packages: Vec<Package>,
}

/// A package of the workspace.
#[derive(Debug, Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// What it needs, of its own workspace and of others.
    pub dependencies: Vec<Dependency>,
}

/// What a package needs.
#[derive(Debug, Deserialize)]
pub struct Dependency {
    /// The name.
    pub name: String,
    /// `None` for what it always needs; else `dev` or `build`.
    pub kind: Option<String>,
}

/// The workspace as it is.
///
/// # Panics
/// If Cargo does not say.
pub fn workspace() -> Workspace {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command.args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(super::root());
    let output = command.output().expect("cargo runs");
    serde_json::from_slice(&output.stdout).expect("cargo describes the workspace")
}

/// Packages of the workspace on which one may always depend.
fn allowed(package: &str) -> Option<&'static [&'static str]> {
    const GAMES: [&str; 3] = ["undercover", "tictactoe", "relay"];
    Some(match package {
        "umbra" => &[
            "umbra-otp",
            "umbra-protocol",
            "umbra-game",
            "umbra-machine",
            "umbra-http",
            "umbra-websocket",
            "undercover",
            "tictactoe",
            "relay",
        ],
        "umbra-machine" => &["umbra-game", "umbra-protocol"],
        "umbra-websocket" => &["umbra-machine", "umbra-protocol"],
        "umbra-http" | "umbra-client" => &["umbra-protocol"],
        "umbra-faults" => &[
            "umbra",
            "umbra-machine",
            "umbra-otp",
            "umbra-game",
            "umbra-protocol",
            "umbra-client",
            "undercover",
            "tictactoe",
            "relay",
        ],
        "umbra-otp" | "umbra-game" | "umbra-protocol" | "lunatic-distributed" => &[],
        "umbra-runtime" => &["lunatic-distributed"],
        "umbra-edge" => {
            &["umbra", "umbra-http", "umbra-machine", "umbra-otp", "umbra-protocol", "umbra-runtime", "umbra-websocket"]
        }
        "umbra-launcher" => &["umbra-edge", "umbra-runtime", "umbra-machine"],
        "umbra-sim-tests" => &["umbra", "umbra-faults", "umbra-machine", "umbra-otp", "umbra-protocol"],
        "umbra-load" => &["umbra-client", "umbra-protocol"],
        "umbra-server-tests" => &["umbra-faults", "umbra-client", "umbra-protocol"],
        game if GAMES.contains(&game) => &["umbra-game"],
        _ => return None,
    })
}

/// Dependencies that point where they must not. What only tests need may point down to the games and the client, and
/// nowhere up.
pub fn point_one_way(workspace: &Workspace) -> Vec<String> {
    let own = |name: &str| workspace.packages.iter().any(|package| package.name == name);
    let mut complaints = Vec::new();
    for package in &workspace.packages {
        let Some(allowed) = allowed(&package.name) else {
            complaints.push(format!("{} has no place in the order of packages yet: give it one", package.name));
            continue;
        };
        for needed in package.dependencies.iter().filter(|needed| own(&needed.name)) {
            let for_tests = needed.kind.as_deref() == Some("dev") && package.name != "umbra-game";
            let bottom = ["undercover", "tictactoe", "relay", "umbra-client"].contains(&needed.name.as_str());
            if !allowed.contains(&needed.name.as_str()) && !(for_tests && (bottom || package.name == "umbra")) {
                complaints.push(format!("{} depends on {}, which it must not know", package.name, needed.name));
            }
        }
    }
    complaints
}

/// Only the shell and `umbra-otp` depend on the runtime; and `umbra-runtime`, which is it.
pub fn leave_the_runtime_alone(workspace: &Workspace) -> Vec<String> {
    let may = ["umbra", "umbra-otp", "umbra-runtime", "lunatic-distributed"];
    let others = workspace.packages.iter().filter(|package| !may.contains(&package.name.as_str()));
    let on_lunatic =
        others.filter(|package| package.dependencies.iter().any(|needed| needed.name.starts_with("lunatic")));
    on_lunatic
        .map(|package| {
            format!("{} depends on lunatic, which only umbra, umbra-otp and umbra-runtime may", package.name)
        })
        .collect()
}
