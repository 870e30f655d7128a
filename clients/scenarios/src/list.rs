//! SCENARIOS, the list: one function a scenario, named as what must hold.

mod actions;
mod connections;
mod endings;

use std::time::Duration;

use umbra_client_core::{ANSWER_TIMEOUT, ClientEvent, Ending};

use crate::words::{ann, event, hello, welcome};
use crate::{Scenario, Step};

/// Every scenario.
pub fn all() -> Vec<Scenario> {
    [actions::all(), connections::all(), endings::all()].concat()
}

fn scenario(name: &'static str, steps: impl IntoIterator<Item = Step>) -> Scenario {
    Scenario { name, hello: ann(), answer_timeout: ANSWER_TIMEOUT, steps: steps.into_iter().collect() }
}

/// With a first sign-in before the rest.
fn signed_in(name: &'static str, rest: impl IntoIterator<Item = Step>) -> Scenario {
    let first = [
        Step::Connects,
        Step::Accepts,
        Step::Hears(hello(ann())),
        Step::Says(welcome(1, false, 0)),
        Step::IsTold(online(false)),
        Step::IsTold(sync(1)),
    ];
    scenario(name, first.into_iter().chain(rest))
}

fn online(resumed: bool) -> ClientEvent {
    ClientEvent::Online { resumed }
}

fn sync(epoch: u64) -> ClientEvent {
    ClientEvent::Sync { epoch, room: None }
}

fn told(seq: u64) -> Step {
    Step::IsTold(ClientEvent::Event { seq, event: event(seq) })
}

fn offline(code: Option<u16>) -> Step {
    Step::IsTold(ClientEvent::Offline { code, retry_in: Some(Duration::ZERO) })
}

fn unreadable() -> Step {
    Step::IsTold(ClientEvent::Unreadable { why: String::new() })
}

fn closed(ending: Ending) -> Step {
    Step::IsTold(ClientEvent::Closed(ending))
}
