//! Lunatic's home in every scenario of `umbra-client-scenarios`.

use lunatic::Mailbox;
use umbra_client_core::protocol::Subprotocol;
use umbra_client_lunatic::Told;
use umbra_client_scenarios::{Live, Server, list, play};
use umbra_otp::{Inbox, Wire};

use crate::port::{Port, SOON, watch_over_this_test};
use crate::program::Process;

fn play_in(subprotocol: Subprotocol, mailbox: Mailbox<Told, Wire>) {
    watch_over_this_test(SOON * 4);
    let mut inbox = Inbox::from(mailbox);
    for scenario in list::all() {
        play(&scenario, &mut Live::new(Server::new(Port::any(), subprotocol), Process::new(&mut inbox)));
    }
}

#[lunatic::test]
fn the_home_on_lunatic_does_what_every_scenario_wants_in_json(mailbox: Mailbox<Told, Wire>) {
    play_in(Subprotocol::Json, mailbox);
}

#[lunatic::test]
fn the_home_on_lunatic_does_what_every_scenario_wants_in_bincode(mailbox: Mailbox<Told, Wire>) {
    play_in(Subprotocol::Bincode, mailbox);
}
