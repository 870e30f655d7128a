//! The socket's twin: whom it asks, what it hands in when, and how it ends.

mod asking;
mod ending;
mod writing;

use umbra_machine::connection::Payload;
use umbra_machine::receipts::ONE_AT_A_TIME;
use umbra_machine::session::Inbound;
use umbra_machine::settings::Settings;
use umbra_machine::socket::{Effect, Peer, Question, Socket, SocketLimits};
use umbra_protocol::{Subprotocol, Uid, UserName};

/// Users and user managers are numbers here.
type Twin = Socket<u64, u64>;

const CHANCE: [u64; 2] = [11, 12];
/// When a connection is accepted and upgraded.
const START_MS: u64 = 1_000_000;

fn limits() -> SocketLimits {
    SocketLimits::of(&Settings::default())
}

/// A WebSocket that nobody has signed in on.
fn upgraded() -> Twin {
    upgraded_with(ONE_AT_A_TIME)
}

fn upgraded_with(window: u16) -> Twin {
    let mut twin = Twin::new(limits(), window, CHANCE);
    twin.upgraded(START_MS, Subprotocol::Json);
    twin
}

fn text(content: &str) -> Payload {
    Payload::Text(content.to_owned())
}

fn hello(name: &str) -> Payload {
    text(&format!(r#"{{"id":"HELLO","ref":1,"body":{{"userName":"{name}"}}}}"#))
}

fn leave(reference: u64) -> Payload {
    text(&format!(r#"{{"id":"ROOM_LEAVE","ref":{reference}}}"#))
}

fn ann(user: u64) -> Peer<u64> {
    let user_name = UserName::parse("Ann").expect("a name");
    Peer { uid: Uid("ann".into()), user_name, sid: "sign-in".into(), user }
}

/// A connection whose user is process 7.
fn signed_in() -> Twin {
    signed_in_with(ONE_AT_A_TIME)
}

fn signed_in_with(window: u16) -> Twin {
    let mut twin = upgraded_with(window);
    twin.heard(START_MS, [hello("Ann")]);
    twin.asked(START_MS, Some(1));
    twin.admitted(START_MS, ann(7));
    twin.effects();
    twin
}

/// To whom was forwarded what, by its `ref`.
fn forwarded(effects: &[Effect<u64>]) -> Vec<(u64, Option<u64>)> {
    let forwarded = effects.iter().filter_map(|effect| match effect {
        Effect::Forward { user, inbound, drained: _ } => Some((*user, Inbound::reference(inbound))),
        Effect::Ask(_) | Effect::Watch(_) | Effect::Drained { .. } => None,
        Effect::Say(_) | Effect::Deliver { .. } | Effect::Goodbye(_) => None,
    });
    forwarded.collect()
}

/// The questions among what is to be done.
fn questions(twin: &mut Twin) -> Vec<Question> {
    let questions = twin.effects().into_iter().filter_map(|effect| match effect {
        Effect::Ask(question) => Some(question),
        Effect::Forward { .. } | Effect::Watch(_) | Effect::Drained { .. } => None,
        Effect::Say(_) | Effect::Deliver { .. } | Effect::Goodbye(_) => None,
    });
    questions.collect()
}
