//! FAULTS, script: one whole match as data, made by playing the room's own twin with a strategy and a seed.
//!
//! The steps begin with the room's creation and end with a word of farewell after the match: a client that has heard that
//! has heard everything. The same steps give the same match on any server that makes the room with the script's seed.

use std::ops::RangeInclusive;
use std::sync::Arc;

use serde_json::{Map, Value};
use thiserror::Error;
use umbra_game::chance::{Chance, RngExt, SeedableRng, SliceRandom};
use umbra_game::{OptionRefused, Rules};
use umbra_machine::room::{Command, RoomLimits};
use umbra_protocol::{
    ClientMessage, Event, GameValue, JoinAs, Phase, RoomId, RoomSnapshot, RoomSpec, Seat, UserName, WireError,
};

use crate::story::Story;
use crate::strategy::Strategy;

mod twin;

use twin::Twin;

/// What everybody hears last.
pub const FAREWELL: &str = "farewell";
/// A server under the kit has these limits: whoever loses the connection while waiting is waited for, so that a fault of
/// the connection is never the end of a script.
pub const LIMITS: RoomLimits = RoomLimits {
    seat_grace_ms: 0,
    lobby_grace_ms: 60_000,
    result_grace_ms: 300_000,
    abandon_ms: 300_000,
    spectators_max: 2,
    request_timeout_ms: 5_000,
};

/// A game as the kit plays it. Clones are cheap.
#[derive(Clone)]
pub struct Subject {
    /// Its rules.
    pub rules: &'static dyn Rules,
    /// How it is played.
    pub strategy: &'static dyn Strategy,
    /// How many play; the seed draws from these.
    pub seats: RangeInclusive<u8>,
    /// The options of its rooms, a JSON object. Turns should be long, so that no deadline passes in a match.
    pub options: Value,
    /// After how many actions a match is long enough, if it has not ended by then.
    pub actions_max: usize,
}

/// One whole match. Clones are cheap.
#[derive(Clone)]
pub struct Script(Arc<Play>);

struct Play {
    subject: Subject,
    seed: u64,
    seats: u8,
    steps: Vec<Step>,
    story: Story,
}

/// One thing that somebody asks, and waits for the answer of, before the next step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Who asks.
    pub seat: Seat,
    /// The `ref` that it has in this seat's session.
    pub reference: u64,
    /// What.
    pub ask: Ask,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// The room, with the script's seed.
    Create,
    /// A seat.
    Join,
    /// To be ready.
    Ready,
    /// The match.
    Start,
    /// A move.
    Act(Value),
    /// That everybody hears [`FAREWELL`].
    Farewell,
}

/// Why there is no script.
#[derive(Debug, Error)]
pub enum ScriptError {
    /// The options are not of this game.
    #[error(transparent)]
    Options(#[from] OptionRefused),
    /// The strategy plays what the rules refuse.
    #[error("seed {seed}, step {step}: {} is refused: {}", .ask, .error.message)]
    Refused {
        /// The match's seed.
        seed: u64,
        /// Which step.
        step: usize,
        /// What was asked.
        ask: String,
        /// The answer.
        error: WireError,
    },
}

impl Subject {
    /// The match of this seed.
    ///
    /// # Errors
    /// See [`ScriptError`]: a fault of the subject.
    pub fn script(&self, seed: u64) -> Result<Script, ScriptError> {
        let mut chance = Chance::seed_from_u64(seed);
        let seats = chance.random_range(self.seats.clone());
        let mut play = Play { subject: self.clone(), seed, seats, steps: Vec::new(), story: Story::default() };
        let mut twin = Twin::new(self, seats, seed)?;
        let guests = || (1..seats).map(Seat);
        play.step(&mut twin, Seat(0), Ask::Create)?;
        for guest in guests() {
            play.step(&mut twin, guest, Ask::Join)?;
        }
        if twin.phase() == Phase::Waiting {
            for guest in guests() {
                play.step(&mut twin, guest, Ask::Ready)?;
            }
            play.step(&mut twin, Seat(0), Ask::Start)?;
        }
        for _ in 0..self.actions_max {
            let Some((seat, action)) = self.next_action(&twin, seats, &mut chance) else { break };
            play.step(&mut twin, seat, Ask::Act(action))?;
        }
        play.step(&mut twin, Seat(0), Ask::Farewell)?;
        play.story = twin.into_story();
        Ok(Script(Arc::new(play)))
    }

    fn next_action(&self, twin: &Twin, seats: u8, chance: &mut Chance) -> Option<(Seat, Value)> {
        let mut order: Vec<Seat> = (0..seats).map(Seat).collect();
        order.shuffle(chance);
        order.into_iter().find_map(|seat| {
            let RoomSnapshot { view, turn, .. } = twin.snapshot(seat);
            let view = parsed(&view?);
            self.strategy.act(seat, &view, turn.as_ref(), chance).map(|action| (seat, action))
        })
    }
}

impl Play {
    fn step(&mut self, twin: &mut Twin, seat: Seat, ask: Ask) -> Result<(), ScriptError> {
        let reference = twin.ask(seat, ask.command(seat)).map_err(|error| ScriptError::Refused {
            seed: self.seed,
            step: self.steps.len(),
            ask: format!("{ask:?} of seat {seat}"),
            error,
        })?;
        self.steps.push(Step { seat, reference, ask });
        Ok(())
    }
}

impl Script {
    /// The game.
    pub fn subject(&self) -> &Subject {
        &self.0.subject
    }

    /// What the match was made from; also the seed of its room.
    pub fn seed(&self) -> u64 {
        self.0.seed
    }

    /// How many play.
    pub fn seats(&self) -> u8 {
        self.0.seats
    }

    /// What is asked, in order.
    pub fn steps(&self) -> &[Step] {
        &self.0.steps
    }

    /// The story of the undisturbed run.
    pub fn undisturbed(&self) -> &Story {
        &self.0.story
    }

    /// The step with which the match begins.
    pub fn started_by(&self) -> usize {
        let acts = |step: &Step| matches!(step.ask, Ask::Act(_) | Ask::Farewell);
        self.steps().iter().position(acts).unwrap_or_default().saturating_sub(1)
    }

    /// Whether a match is running once that step is carried out.
    pub fn is_in_game_after(&self, step: usize) -> bool {
        // Seat 0 is there from the first step on, and each step is one input of the room.
        let host = self.undisturbed().seats.first().and_then(|told| told.states.get(step));
        host.is_some_and(|state| state.room.phase == Phase::InGame)
    }

    /// The room to create: the script's own, seed included, which takes a server on which `chaos` is switched on.
    pub fn spec(&self) -> RoomSpec {
        let mut options = match &self.subject().options {
            Value::Object(options) => options.clone(),
            _ => Map::new(),
        };
        options.insert("seed".to_owned(), self.seed().into());
        RoomSpec {
            game: self.subject().rules.name().to_owned(),
            seats: Some(self.seats()),
            options: Some(GameValue::trusted(Value::Object(options).to_string())),
        }
    }

    /// What a client says for that step.
    pub fn message(&self, step: &Step, room_id: &RoomId) -> ClientMessage {
        match &step.ask {
            Ask::Create => ClientMessage::RoomCreate { spec: self.spec(), private: true },
            Ask::Join => ClientMessage::RoomJoin { room_id: room_id.clone(), join_as: JoinAs::Player },
            Ask::Ready => ClientMessage::RoomReady { ready: true },
            Ask::Start => ClientMessage::GameStart,
            Ask::Act(action) => ClientMessage::GameAction { action: GameValue::trusted(action.to_string()) },
            Ask::Farewell => ClientMessage::ChatSend { text: FAREWELL.to_owned() },
        }
    }

    /// Whether turns pass that would not have passed, when these seats are away for a moment after those steps: then the
    /// match is another one, and cannot be held against the undisturbed one.
    pub fn passes_turns(&self, absences: &[(usize, Seat)]) -> bool {
        // Invariant: a script exists only if its options are good.
        let mut twin = Twin::new(self.subject(), self.seats(), self.seed()).expect("options of a script are good");
        for (at, step) in self.steps().iter().enumerate() {
            // What is refused is refused because a turn has passed, which is found out below.
            let _ = twin.ask(step.seat, step.ask.command(step.seat));
            for (_, seat) in absences.iter().filter(|(after, _)| *after == at) {
                twin.goes_away_and_returns(*seat);
            }
        }
        twin.turns_skipped() > 0
    }
}

impl Ask {
    /// What it is to the room.
    fn command(&self, seat: Seat) -> Command {
        match self {
            Self::Create | Self::Join => Command::Join { user_name: user_name(seat), join_as: JoinAs::Player },
            Self::Ready => Command::Ready { ready: true },
            Self::Start => Command::Start,
            Self::Act(action) => Command::Action { action: GameValue::trusted(action.to_string()) },
            Self::Farewell => Command::Chat { text: FAREWELL.to_owned() },
        }
    }
}

/// What the player on that seat is called.
pub fn user_name(seat: Seat) -> UserName {
    UserName::parse(&format!("Seat {seat}")).expect("a short printable name")
}

/// Whether this is what everybody hears last.
pub(crate) fn is_farewell(event: &Event) -> bool {
    matches!(event, Event::Chat { text, .. } if text == FAREWELL)
}

/// A game's value as a tree.
pub(crate) fn parsed(value: &GameValue) -> Value {
    serde_json::from_str(value.as_str()).expect("a game's value is JSON")
}
