//! The root supervisor's children, in the order in which they are started; they are stopped in reverse.
//!
//! one_for_one: each can come back alone. They find each other by name, anew each time, so none keeps a handle of
//! another that could be out of date.

use std::time::Duration;

use umbra_machine::settings::Settings;
use umbra_otp::{ChildSpec, Inbox, Intensity, ProcessLimits, Shutdown, Strategy, Supervisor, SupervisorMessage};

use super::journal::{self, JournalArgs};
use super::messages::{JournalMessage, RoomManagerMessage, UserManagerMessage};
use super::random;
use super::room_manager::{self, RoomManagerArgs};
use super::user_manager::{self, UserManagerArgs};
#[cfg(target_arch = "wasm32")]
use super::{edge, messages::ListenerMessage};

/// For the managers and the listener, which start processes and grow with their number.
const LIMITS: ProcessLimits = ProcessLimits { memory_bytes: None, may_spawn: true };

/// Rooms and users have two seconds to end; their managers a little more.
const STOP: Shutdown = Shutdown::Deadline(Duration::from_secs(8));

/// Runs the server in this process until it is asked to stop or cannot go on.
pub fn run(settings: &Settings, inbox: Inbox<SupervisorMessage>) {
    supervisor(settings, &inbox).run(inbox, || {});
}

/// The root supervisor, to be run by the process whose `inbox` this is.
pub fn supervisor(settings: &Settings, inbox: &Inbox<SupervisorMessage>) -> Supervisor {
    let intensity = Intensity { max_restarts: settings.restarts_max, period_ms: settings.restart_period_ms };
    let tree = Supervisor::new(Strategy::OneForOne, intensity)
        // First, because rooms write into it and the room manager reads from it when it starts; it needs nobody.
        .child(journal(settings.clone()))
        // Because users look for it.
        .child(room_manager(settings.clone()))
        // Before any connection can ask to sign in.
        .child(user_manager(settings.clone(), inbox));
    // Last: whoever finds the port open finds a whole server behind it. In a simulated runtime there are no connections.
    #[cfg(target_arch = "wasm32")]
    let tree = tree.child(listener(settings));
    tree
}

fn journal(settings: Settings) -> ChildSpec {
    ChildSpec::new("journal", move |starter| {
        let args = JournalArgs { log_level: settings.log_level, ack: starter.ack() };
        starter.link(args, journal::run, &LIMITS, || JournalMessage::Stop)
    })
    .shutdown(Shutdown::Deadline(journal::STOP_DEADLINE))
}

fn room_manager(settings: Settings) -> ChildSpec {
    ChildSpec::new("roomManager", move |starter| {
        let args = RoomManagerArgs { settings: settings.clone(), ack: starter.ack() };
        starter.link(args, room_manager::run, &LIMITS, || RoomManagerMessage::Stop)
    })
    .shutdown(STOP)
}

fn user_manager(settings: Settings, inbox: &Inbox<SupervisorMessage>) -> ChildSpec {
    let root = inbox.this();
    let random_secret: Vec<u8> = (0..4).flat_map(|_| random().to_le_bytes()).collect();
    ChildSpec::new("userManager", move |starter| {
        let (settings, random_secret) = (settings.clone(), random_secret.clone());
        let args = UserManagerArgs { settings, random_secret, ack: starter.ack(), root };
        starter.link(args, user_manager::run, &LIMITS, || UserManagerMessage::Stop)
    })
    .shutdown(STOP)
}

#[cfg(target_arch = "wasm32")]
fn listener(settings: &Settings) -> ChildSpec {
    use super::listener::{self, ListenerArgs, at_edge};

    // Chosen right before it is opened for the first time: in between, somebody else could take it.
    let (chosen, settings) = (std::cell::OnceCell::new(), settings.clone());
    let args = move |ack| {
        let bind = *chosen.get_or_init(|| listener::choose_port(settings.bind));
        ListenerArgs { settings: Settings { bind, ..settings.clone() }, ack }
    };
    let spec = if edge().is_some() {
        ChildSpec::new("listener", move |starter| {
            starter.link(args(starter.ack()), at_edge::run, &LIMITS, || ListenerMessage::Stop)
        })
        .shutdown(Shutdown::Deadline(at_edge::STOP_DEADLINE))
    } else {
        ChildSpec::new("listener", move |starter| starter.link_plain(args(starter.ack()), listener::run, &LIMITS))
            .shutdown(Shutdown::Kill)
    };
    spec.start_deadline(Duration::from_secs(10))
}
