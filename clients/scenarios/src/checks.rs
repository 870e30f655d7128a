//! SCENARIOS: when what was told is what was to be told.

use std::time::Duration;

use umbra_client_core::{ClientEvent, Ending};

/// Without what no scenario can know: how long a wait was drawn, and in what words something is unreadable or unreachable.
pub(crate) fn plain(event: ClientEvent) -> ClientEvent {
    match event {
        ClientEvent::Offline { code, retry_in } => {
            ClientEvent::Offline { code, retry_in: retry_in.map(|_| Duration::ZERO) }
        }
        ClientEvent::Unreadable { .. } => ClientEvent::Unreadable { why: String::new() },
        ClientEvent::Closed(ending) => ClientEvent::Closed(plain_ending(ending)),
        ClientEvent::Event { .. }
        | ClientEvent::Sync { .. }
        | ClientEvent::Online { .. }
        | ClientEvent::Draining { .. }
        | ClientEvent::Unknown { .. }
        | ClientEvent::Misread(_) => event,
    }
}

fn plain_ending(ending: Ending) -> Ending {
    match ending {
        Ending::Unreachable(_) => Ending::Unreachable(String::new()),
        Ending::Unreadable(_) => Ending::Unreadable(String::new()),
        Ending::Caller | Ending::Replaced | Ending::Refused(_) | Ending::Code(_) => ending,
    }
}
