//! What a message costs in the home on lunatic: `make cost`.

#[path = "../tests/live/port.rs"]
#[allow(dead_code, reason = "made for tests")]
mod port;
#[path = "../tests/live/program.rs"]
mod program;

use std::time::Duration;

use lunatic::Mailbox;
use port::Port;
use program::Process;
use umbra_client_core::protocol::Subprotocol;
use umbra_client_lunatic::Told;
use umbra_client_scenarios::{Live, Server, cost};
use umbra_otp::{Inbox, Wire, monotonic_ms};

#[lunatic::main]
fn main(mailbox: Mailbox<Told, Wire>) {
    let mut inbox = Inbox::from(mailbox);
    let now = || Duration::from_millis(monotonic_ms());
    let cost = cost::messages(&mut live(&mut inbox), now);
    let cuts = (0..cost::CUTS).map(|_| cost::cut(&mut live(&mut inbox), now)).collect();
    println!("lunatic {cost}   resume {} ms", cost::median_ms(cuts));
}

fn live(inbox: &mut Inbox<Told>) -> Live<Port, Process<'_>> {
    Live::new(Server::new(Port::any(), Subprotocol::Bincode), Process::new(inbox))
}
