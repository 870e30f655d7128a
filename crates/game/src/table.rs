//! RULES. From the typed side to the room's: a match at its table, with the courtesies that every game is owed.

use std::fmt;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use crate::answer::json;
use crate::options;
use crate::{
    Absence, Audience, Game, Late, Match, OptionRefused, OptionsText, Out, Played, Refusal, RestoreError, Rules,
};
use crate::{Seat, Turn, Viewer};

/// The rules of `G`, as a room uses them.
pub fn rules<G: Game>() -> &'static dyn Rules {
    &TableRules::<G>(PhantomData)
}

struct TableRules<G>(PhantomData<fn() -> G>);

/// One match of `G`. Its serialised form is the snapshot.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct Table<G: Game> {
    /// The seats still in the match: fled ones are gone, those that merely lost are not.
    pub(crate) present: Vec<Seat>,
    pub(crate) state: G::State,
}

impl<G: Game> Rules for TableRules<G> {
    fn name(&self) -> &'static str {
        G::NAME
    }

    fn min_seats(&self) -> u8 {
        G::MIN_SEATS
    }

    fn max_seats(&self) -> u8 {
        G::MAX_SEATS
    }

    fn default_seats(&self) -> u8 {
        G::DEFAULT_SEATS
    }

    fn options(&self, given: Option<&str>) -> Result<OptionsText, OptionRefused> {
        options::read::<G>(given).map(|options| json(&options))
    }

    fn auto_start(&self, options: &str) -> bool {
        G::auto_start(&accepted::<G>(options))
    }

    fn start(&self, options: &str, seats: &[Seat], seed: u64) -> Box<dyn Match> {
        Box::new(Table::<G>::start(&accepted::<G>(options), seats, seed))
    }

    fn restore(&self, options: &str, snapshot: &[u8]) -> Result<Box<dyn Match>, RestoreError> {
        options::read::<G>(Some(options))?;
        Ok(Box::new(Table::<G>::restore(snapshot)?))
    }
}

/// Invariant: rooms keep only options that `Rules::options` gave them.
fn accepted<G: Game>(text: &str) -> G::Options {
    options::read::<G>(Some(text)).expect("options of a room were accepted when it was created")
}

impl<G: Game> Table<G> {
    pub(crate) fn start(options: &G::Options, seats: &[Seat], seed: u64) -> Self {
        let allowed = usize::from(G::MIN_SEATS)..=usize::from(G::MAX_SEATS);
        assert!(allowed.contains(&seats.len()), "{} has {} of {allowed:?} seats", G::NAME, seats.len());
        assert!(seats.is_sorted_by(|a, b| a < b), "seats of a match are ascending: {seats:?}");
        Self { present: seats.to_vec(), state: G::set_up(options, seats, seed) }
    }

    pub(crate) fn restore(snapshot: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(snapshot)
    }

    /// Whether this seat may act at all just now; what it does then is the game's to judge.
    fn admit(&self, seat: Seat) -> Result<(), Refusal> {
        if G::outcome(&self.state).is_some() {
            return Err(Refusal::illegal("the match is over, expected a new one to start"));
        }
        if !self.present.contains(&seat) {
            return Err(Refusal::NotYourTurn(format!("seat {seat} is not in the match")));
        }
        match G::turn(&self.state) {
            Some(turn) if !turn.seats.contains(&seat) => Err(not_your_turn(seat, &turn)),
            Some(_) | None => Ok(()),
        }
    }
}

impl<G: Game> Match for Table<G> {
    fn turn(&self) -> Option<Turn> {
        if G::outcome(&self.state).is_some() { None } else { G::turn(&self.state) }
    }

    fn absence(&self) -> Absence {
        G::ABSENCE
    }

    fn late(&self) -> Late {
        G::LATE
    }

    fn apply(&mut self, seat: Seat, action: &str) -> Result<Played, Refusal> {
        self.admit(seat)?;
        let action = serde_json::from_str(action).map_err(|error| unreadable::<G>(&error))?;
        let mut out = Out::new();
        let answer = G::apply(&mut self.state, seat, action, &mut out)?;
        Ok(Played { answer: answer.into_text(), events: texts(out) })
    }

    fn skip(&mut self, seat: Seat) -> Played {
        let mut out = Out::new();
        if self.turn().is_some_and(|turn| turn.waiting.contains(&seat)) {
            G::skip(&mut self.state, seat, &mut out);
        }
        Played { answer: None, events: texts(out) }
    }

    fn flee(&mut self, seat: Seat) -> Played {
        let mut out = Out::new();
        if self.present.contains(&seat) && G::outcome(&self.state).is_none() {
            self.present.retain(|present| *present != seat);
            G::flee(&mut self.state, seat, &mut out);
        }
        Played { answer: None, events: texts(out) }
    }

    fn view(&self, viewer: Viewer) -> String {
        json(&G::view(&self.state, viewer))
    }

    fn outcome(&self) -> Option<String> {
        G::outcome(&self.state).map(|outcome| json(&outcome))
    }

    fn abandoned(&self) -> String {
        json(&G::abandoned(&self.state))
    }

    fn snapshot(&self) -> Vec<u8> {
        // JSON and not something smaller: types that describe themselves (tagged enums, JSON values) come back from it, and a journal
        // that somebody has to look into at night can be read.
        json(self).into_bytes()
    }
}

fn texts<E: Serialize>(out: Out<E>) -> Vec<(Audience, String)> {
    out.into_events().into_iter().map(|(audience, event)| (audience, json(&event))).collect()
}

fn not_your_turn(seat: Seat, turn: &Turn) -> Refusal {
    let holders = turn.seats.iter().map(Seat::to_string).collect::<Vec<_>>().join(", ");
    Refusal::NotYourTurn(format!("seat {seat} does not have the turn, expected seat {holders}"))
}

/// What the parser says about the place ("line 1 column 20") is of no use to a player and is cut off.
fn unreadable<G: Game>(error: &serde_json::Error) -> Refusal {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let text = error.to_string();
    let what = text.strip_suffix(&place).unwrap_or(&text);
    Refusal::illegal(format!("the action is not understood ({what}), expected {}", G::ACTIONS))
}

// By hand, because a derive would ask the same of `G`, which is a name and no value.
impl<G: Game> Clone for Table<G> {
    fn clone(&self) -> Self {
        Self { present: self.present.clone(), state: self.state.clone() }
    }
}

impl<G: Game> PartialEq for Table<G> {
    fn eq(&self, other: &Self) -> bool {
        self.present == other.present && self.state == other.state
    }
}

impl<G: Game> fmt::Debug for Table<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(G::NAME).field("present", &self.present).field("state", &self.state).finish()
    }
}
