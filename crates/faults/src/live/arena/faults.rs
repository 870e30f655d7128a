//! FAULTS, live: the network of one match: a proxy for each player whose connection the plan is about.

use umbra_protocol::Seat;

use crate::live::Proxy;
use crate::plan::{Fault, FrameFaults, Plan};
use crate::script::Script;

/// The players' ways to the server.
pub(super) struct Network {
    /// By seat; `None`: straight.
    proxies: Vec<Option<Proxy>>,
    plan: Plan,
}

impl Network {
    pub async fn new(addr: &str, script: &Script, plan: &Plan) -> Self {
        let mut proxies = Vec::new();
        for seat in (0..script.seats()).map(Seat) {
            let through_one = plan.faults.iter().any(|fault| match fault {
                Fault::CutAt { seat: hit, .. }
                | Fault::Freeze { seat: hit, .. }
                | Fault::LateClose { seat: hit, .. } => *hit == seat,
                Fault::Frames(_) => true,
                Fault::Kill { .. } | Fault::Cut { .. } => false,
            });
            proxies.push(if through_one { Some(Proxy::start(addr).await) } else { None });
        }
        Self { proxies, plan: plan.clone() }
    }

    /// Where this player connects, if not straight to the server.
    pub fn url(&self, seat: Seat) -> Option<String> {
        self.proxy(seat).map(Proxy::url)
    }

    /// From here on frames are hit and bytes are counted.
    pub fn match_begins(&self) {
        for fault in &self.plan.faults {
            match fault {
                Fault::CutAt { seat, byte, direction } => {
                    if let Some(proxy) = self.proxy(*seat) {
                        proxy.cut_after(*byte, *direction);
                    }
                }
                Fault::Frames(faults) => self.set_faults(Some(*faults)),
                Fault::Kill { .. } | Fault::Cut { .. } | Fault::Freeze { .. } | Fault::LateClose { .. } => {}
            }
        }
    }

    /// No further fault.
    pub fn calm(&self) {
        self.set_faults(None);
        for seat in 0..self.proxies.len() {
            // Invariant: a script has at most 255 seats.
            let seat = Seat(seat as u8);
            self.thaw(seat);
            self.let_ends_pass(seat);
        }
    }

    pub fn keep_ends(&self, seat: Seat) {
        self.with(seat, Proxy::keep_ends);
    }

    pub fn let_ends_pass(&self, seat: Seat) {
        self.with(seat, Proxy::let_ends_pass);
    }

    pub fn freeze(&self, seat: Seat) {
        self.with(seat, Proxy::freeze);
    }

    pub fn thaw(&self, seat: Seat) {
        self.with(seat, Proxy::thaw);
    }

    fn set_faults(&self, faults: Option<FrameFaults>) {
        for (seat, proxy) in (0..).zip(&self.proxies) {
            if let Some(proxy) = proxy {
                // Each connection fails in its own way.
                proxy.set_faults(faults.map(|faults| FrameFaults { seed: faults.seed.wrapping_add(seat), ..faults }));
            }
        }
    }

    fn with(&self, seat: Seat, act: impl FnOnce(&Proxy)) {
        if let Some(proxy) = self.proxy(seat) {
            act(proxy);
        }
    }

    fn proxy(&self, seat: Seat) -> Option<&Proxy> {
        self.proxies.get(usize::from(seat.0))?.as_ref()
    }
}
