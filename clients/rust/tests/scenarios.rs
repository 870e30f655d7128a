//! The native home in every scenario of `umbra-client-scenarios`, over real connections.

mod native;

use native::Native;
use umbra_client::protocol::Subprotocol;
use umbra_client_scenarios::{Live, Port, Server, list, play};

fn live(subprotocol: Subprotocol) {
    for scenario in list::all() {
        play(&scenario, &mut Live::new(Server::new(Port::any(), subprotocol), Native::new()));
    }
}

#[test]
fn the_native_home_does_what_every_scenario_wants_in_json() {
    live(Subprotocol::Json);
}

#[test]
fn the_native_home_does_what_every_scenario_wants_in_bincode() {
    live(Subprotocol::Bincode);
}
