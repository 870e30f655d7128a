//! How many whole matches one core plays in a second, each in a world of its own with a server that starts for it.
//!
//! `cargo run --release -p umbra-sim-tests --target host-tuple --example matches_a_second`

use std::time::{Duration, Instant};

use umbra_otp::sim::{Explorer, Random, World, WorldOptions};
use umbra_sim_tests::{Server, settings, tictactoe};

const FOR: Duration = Duration::from_secs(5);

fn main() {
    measure("undisturbed", |_| World::default());
    measure("under random schedules", |seed| World::new(Random::new(seed, 0.05), WorldOptions::default()));
    explore();
}

/// Every course that leaves the undisturbed one in at most two places.
fn explore() {
    let start = Instant::now();
    let explored = Explorer::new(2).explore(u64::MAX, |guided| {
        tictactoe::play(&Server::start(World::new(guided, WorldOptions::default()), settings()));
        Ok::<(), String>(())
    });
    println!("within two places of the undisturbed course: {explored:?} in {:.1} s", start.elapsed().as_secs_f64());
}

fn measure(how: &str, world: impl Fn(u64) -> World) {
    let start = Instant::now();
    let (mut matches, mut calls) = (0, 0);
    while start.elapsed() < FOR {
        let server = Server::start(world(matches), settings());
        tictactoe::play(&server);
        matches += 1;
        calls += server.world.calls();
    }
    let seconds = start.elapsed().as_secs_f64();
    let (a_second, each) = (matches as f64 / seconds, calls / matches);
    println!("{how}: {a_second:.0} matches a second, of {each} calls of the runtime each");
}
