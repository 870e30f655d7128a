//! RULES of `undercover`, tested: a table whose secrets the test knows.

use serde_json::{Value, json};
use umbra_game::{Audience, Match, Played, Refusal, Rules, Seat, Turn, Viewer, rules};

use crate::Undercover;

/// One match, and what no player knows of it.
pub(super) struct Table {
    pub(super) game: Box<dyn Match>,
    pub(super) undercovers: Vec<u8>,
    pub(super) civilian_word: String,
    pub(super) undercover_word: String,
}

pub(super) fn undercover() -> &'static dyn Rules {
    rules::<Undercover>()
}

/// A table of these seats, dealt from this seed.
pub(super) fn deal(seats: &[u8], seed: u64) -> Table {
    let seats: Vec<Seat> = seats.iter().copied().map(Seat).collect();
    let options = undercover().options(None).expect("defaults");
    let game = undercover().start(&options, &seats, seed);
    // What a match would reveal if it were abandoned now is what its test needs to know.
    let secrets: Value = serde_json::from_str(&game.abandoned()).expect("an outcome");
    let undercovers = serde_json::from_value(secrets["undercovers"].clone()).expect("seats");
    let word = |which: &str| secrets["words"][which].as_str().expect("a word").to_owned();
    Table { game, undercovers, civilian_word: word("civilian"), undercover_word: word("undercover") }
}

/// A table of `0..seats` where exactly these are the undercovers.
pub(super) fn with_undercovers(seats: u8, undercovers: &[u8]) -> Table {
    let all: Vec<u8> = (0..seats).collect();
    (0..10_000).map(|seed| deal(&all, seed)).find(|table| table.undercovers == undercovers).expect("some seed deals it")
}

impl Table {
    pub(super) fn speak(&mut self, seat: u8, text: &str) -> Result<Vec<Value>, Refusal> {
        self.act(seat, json!({ "type": "SPEAK", "text": text }))
    }

    pub(super) fn vote(&mut self, seat: u8, against: Option<u8>) -> Result<Vec<Value>, Refusal> {
        self.act(seat, json!({ "type": "VOTE", "seat": against }))
    }

    pub(super) fn act(&mut self, seat: u8, action: Value) -> Result<Vec<Value>, Refusal> {
        self.game.apply(Seat(seat), &action.to_string()).map(public)
    }

    pub(super) fn skip(&mut self, seat: u8) -> Vec<Value> {
        public(self.game.skip(Seat(seat)))
    }

    pub(super) fn flee(&mut self, seat: u8) -> Vec<Value> {
        public(self.game.flee(Seat(seat)))
    }

    pub(super) fn turn(&self) -> Turn {
        self.game.turn().expect("the match goes on")
    }

    /// The seat that is to speak.
    pub(super) fn speaker(&self) -> u8 {
        assert_eq!(self.turn().phase, "SPEAK");
        self.turn().seats[0].0
    }

    /// Everybody who has not spoken yet does.
    pub(super) fn all_speak(&mut self) {
        let mut spoken = 0;
        while self.turn().phase == "SPEAK" {
            let seat = self.speaker();
            self.speak(seat, "hint").expect("the speaker may speak");
            spoken += 1;
            assert!(spoken <= 10, "somebody speaks twice in a round");
        }
    }

    /// Everybody at the table votes against this seat, which abstains itself. What the last vote brought is returned.
    pub(super) fn all_vote(&mut self, against: Option<u8>) -> Vec<Value> {
        let mut last = Vec::new();
        for seat in self.turn().waiting {
            let vote = against.filter(|against| *against != seat.0);
            last = self.vote(seat.0, vote).expect("whoever is waited for may vote");
        }
        last
    }

    pub(super) fn view(&self, viewer: Viewer) -> Value {
        serde_json::from_str(&self.game.view(viewer)).expect("a view")
    }

    pub(super) fn seen_by(&self, seat: u8) -> Value {
        self.view(Viewer::Seat(Seat(seat)))
    }

    pub(super) fn result(&self) -> Option<String> {
        let outcome: Value = serde_json::from_str(&self.game.outcome()?).expect("an outcome");
        Some(outcome["result"].as_str().expect("a result").to_owned())
    }
}

/// The events; every event of this game is for all.
fn public(played: Played) -> Vec<Value> {
    let event = |(audience, text): (Audience, String)| {
        assert_eq!(audience, Audience::All);
        serde_json::from_str(&text).expect("an event")
    };
    played.events.into_iter().map(event).collect()
}

/// The sentence of a refusal that is about the action and not about the turn.
pub(super) fn illegal(refused: Result<Vec<Value>, Refusal>) -> String {
    match refused {
        Err(Refusal::Illegal(message)) => message,
        other => panic!("expected an illegal action, got {other:?}"),
    }
}

pub(super) fn not_your_turn(refused: Result<Vec<Value>, Refusal>) -> bool {
    matches!(refused, Err(Refusal::NotYourTurn(_)))
}
