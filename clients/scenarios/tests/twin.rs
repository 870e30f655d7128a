//! Every scenario against the twin alone, in both encodings, in no time.

use umbra_client_core::protocol::Subprotocol;
use umbra_client_scenarios::{Twin, list, play_all};

#[test]
fn the_twin_does_what_every_scenario_wants() {
    for subprotocol in [Subprotocol::Json, Subprotocol::Bincode] {
        play_all(|| Twin::new(subprotocol));
    }
}

#[test]
fn every_scenario_has_a_name_of_its_own() {
    let mut names: Vec<_> = list::all().iter().map(|scenario| scenario.name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(count > 20, "there are {count}");
}
