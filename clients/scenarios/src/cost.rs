//! SCENARIOS, cost: what a message costs in a home, and how long a cut lasts; the same measure for each.

use std::fmt;
use std::time::Duration;

use umbra_client_core::protocol::ServerFrame;
use umbra_client_core::{ANSWER_TIMEOUT, ClientEvent};

use crate::words::{ann, chat, hello, ok, payload, ready, resume, welcome};
use crate::{Scenario, Stage};

/// Events that a server says at once.
const EVENTS: u64 = 50_000;
/// Actions, one after the other.
const ACTIONS: u64 = 2_000;
/// Cuts, each of a client of its own.
pub const CUTS: usize = 21;

/// What was measured.
#[derive(Clone, Debug)]
pub struct Cost {
    /// From the server's first word to the program's last, for each event.
    pub event: Duration,
    /// From the program's asking to its answer.
    pub action: Duration,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let us = |time: Duration| time.as_secs_f64() * 1e6;
        write!(f, "event {:6.2} us   action {:7.2} us", us(self.event), us(self.action))
    }
}

/// Measures messages; `now` is the world's clock.
///
/// # Panics
/// If the client does not do as it must.
pub fn messages(stage: &mut impl Stage, now: impl Fn() -> Duration) -> Cost {
    sign_in(stage);
    let subprotocol = stage.subprotocol();
    let began = now();
    stage.say_many(&mut (1..=EVENTS).map(|seq| payload(subprotocol, &chat(seq))));
    stage.told_many(usize::try_from(EVENTS).expect("it fits"));
    let event = (now() - began) / EVENTS as u32;

    let mut action = Duration::ZERO;
    for asked in 1..=ACTIONS {
        let began = now();
        stage.ask(ready());
        while stage.receive().reference != Some(asked) {}
        say(stage, &ok(asked));
        assert!(stage.answered(asked).is_ok());
        action += now() - began;
    }

    Cost { event, action: action / ACTIONS as u32 }
}

/// Measures one cut, from the last word to being online again, the drawn wait of 0 to 250 ms included.
///
/// # Panics
/// If the client does not do as it must.
pub fn cut(stage: &mut impl Stage, now: impl Fn() -> Duration) -> Duration {
    sign_in(stage);
    let began = now();
    stage.cut();
    assert!(matches!(stage.told(), ClientEvent::Offline { .. }));
    stage.accept();
    assert_eq!(stage.receive(), resume(1, 0));
    say(stage, &welcome(1, true, 0));
    assert_eq!(stage.told(), ClientEvent::Online { resumed: true });
    now() - began
}

/// The one in the middle, in ms.
pub fn median_ms(mut cuts: Vec<Duration>) -> u128 {
    cuts.sort_unstable();
    cuts[cuts.len() / 2].as_millis()
}

fn sign_in(stage: &mut impl Stage) {
    let answer_timeout = ANSWER_TIMEOUT;
    stage.connect(&Scenario { name: "cost", hello: ann(), answer_timeout, steps: Vec::new() });
    stage.accept();
    assert_eq!(stage.receive(), hello(ann()));
    say(stage, &welcome(1, false, 0));
    for _ in 0..2 {
        assert!(!matches!(stage.told(), ClientEvent::Event { .. }), "online, and the whole state");
    }
}

fn say(stage: &mut impl Stage, frame: &ServerFrame) {
    let payload = payload(stage.subprotocol(), frame);
    stage.say(stage.accepted() - 1, &payload);
}
