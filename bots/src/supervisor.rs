//! BOTS, supervisor: its children in the order in which they are started.

use umbra_otp::{ChildSpec, Intensity, ProcessLimits, Restart, Strategy, Supervisor};

use crate::bot::{self, BotArgs, BotMessage};
use crate::notebook::{self, NotebookArgs, NotebookMessage};
use crate::settings::Settings;

const LIMITS: ProcessLimits = ProcessLimits { memory_bytes: Some(64 * 1024 * 1024), may_spawn: true };

/// Restarts of one bot within a minute that are still an accident.
const RESTARTS_A_BOT: u32 = 5;

/// The supervisor of this program, to be run by its first process.
pub fn supervisor(settings: &Settings) -> Supervisor {
    let intensity = Intensity { max_restarts: RESTARTS_A_BOT * settings.count, period_ms: 60_000 };
    // First, because bots look into it when they start.
    let notebook = ChildSpec::new("notebook", |starter| {
        starter.link(NotebookArgs { ack: starter.ack() }, notebook::run, &LIMITS, || NotebookMessage::Stop)
    });
    let bots = (1..=settings.count).map(|number| bot(number, settings.clone()));
    bots.fold(Supervisor::new(Strategy::OneForOne, intensity).child(notebook), Supervisor::child)
}

/// Transient: one that was sent away ends for good, one that died comes back.
fn bot(number: u32, settings: Settings) -> ChildSpec {
    ChildSpec::new("bot", move |starter| {
        let args = BotArgs { number, settings: settings.clone(), ack: starter.ack() };
        starter.link(args, bot::run, &LIMITS, || BotMessage::Stop)
    })
    .restart(Restart::Transient)
}
