//! What a message costs in the native home, and in the twin alone: `make cost`.

#[path = "../tests/native/mod.rs"]
mod native;

use std::time::Instant;

use native::Native;
use umbra_client::protocol::Subprotocol;
use umbra_client_scenarios::{Live, Port, Server, Twin, cost};

fn main() {
    let start = Instant::now();
    println!("twin    {}", cost::messages(&mut Twin::new(Subprotocol::Bincode), || start.elapsed()));
    let live = || Live::new(Server::new(Port::any(), Subprotocol::Bincode), Native::new());
    let cost = cost::messages(&mut live(), || start.elapsed());
    let cuts = (0..cost::CUTS).map(|_| cost::cut(&mut live(), || start.elapsed())).collect();
    println!("native  {cost}   resume {} ms", cost::median_ms(cuts));
}
