//! The room's twin: who sits where, whose turn it is, and what every command comes to.
//!
//! Where we are: `socket → user → **room** → user → socket`. The shell hands in each [`Input`] with the time and performs
//! the [`Effect`]s in their order. Everything that changes a room is one `Input`, so the same inputs give the same room.
//!
//! Reading order: this file (what a room is and how inputs are told apart), [`roster`] (who is there), `lobby` (what is
//! done while waiting), `play` (the match and its clock), `absence` (dropping, coming back, leaving), `snapshot`.

mod absence;
mod command;
mod lobby;
mod play;
mod roster;
mod snapshot;

use umbra_game::Rules;
use umbra_protocol::{ErrorCode, Event, GameValue, OkBody, Phase, RoomId, Uid, WireError};

pub use command::{Command, Effect, Input, OpId, To};
use play::Play;
use roster::Roster;

use crate::settings::Settings;

/// What a room is made from; never changes while it lives.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct RoomPlan {
    /// Its name.
    pub room_id: RoomId,
    /// The game's name.
    pub game: String,
    /// The game's options as [`Rules::options`] gave them.
    pub options: String,
    /// How many seats, within the game's range.
    pub seats: u8,
    /// Not listed and not found by quick join.
    pub private: bool,
    /// Who asked for it: the only one who can be the first to join.
    pub creator: Uid,
    /// Where the randomness of all its matches comes from.
    pub seed: u64,
}

/// The limits and grace periods of a room, milliseconds and counts; see [`Settings`] for their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[expect(missing_docs, reason = "each is the setting of the same name")]
pub struct RoomLimits {
    pub seat_grace_ms: u64,
    pub lobby_grace_ms: u64,
    pub result_grace_ms: u64,
    pub abandon_ms: u64,
    pub spectators_max: usize,
    /// How long a new room waits for its creator: the time a user waits for an answer.
    pub request_timeout_ms: u64,
}

impl RoomLimits {
    /// A room's part of the settings.
    pub fn of(settings: &Settings) -> Self {
        Self {
            seat_grace_ms: settings.seat_grace_ms,
            lobby_grace_ms: settings.lobby_grace_ms,
            result_grace_ms: settings.result_grace_ms,
            abandon_ms: settings.abandon_ms,
            spectators_max: settings.spectators_max,
            request_timeout_ms: settings.request_timeout_ms,
        }
    }
}

/// One room.
pub struct Room {
    plan: RoomPlan,
    limits: RoomLimits,
    rules: &'static dyn Rules,
    roster: Roster,
    /// The running match; a room without one is waiting.
    play: Option<Play>,
    matches_started: u64,
    last_outcome: Option<GameValue>,
    /// When the room gives up waiting for its creator; `None` once somebody has joined.
    creator_due_ms: Option<u64>,
    closed: bool,
    effects: Vec<Effect>,
}

impl Room {
    /// An empty room that waits for its creator. `rules` are those of `plan.game`.
    pub fn new(plan: RoomPlan, rules: &'static dyn Rules, limits: RoomLimits, now_ms: u64) -> Self {
        Self {
            roster: Roster::new(plan.seats),
            creator_due_ms: Some(now_ms.saturating_add(limits.request_timeout_ms)),
            plan,
            limits,
            rules,
            play: None,
            matches_started: 0,
            last_outcome: None,
            closed: false,
            effects: Vec::new(),
        }
    }

    /// Takes one input and says what follows from it, in order. What fell due before `now_ms` happens first.
    pub fn handle(&mut self, now_ms: u64, input: Input) -> Vec<Effect> {
        self.catch_up(now_ms);
        if self.closed {
            self.answer_closed(input);
            return std::mem::take(&mut self.effects);
        }
        match input {
            Input::Tick => {}
            Input::Offline { uid } => self.drop_out(now_ms, &uid),
            Input::Crashed { uid } => self.crash(now_ms, &uid),
            Input::Online { uid, op } => {
                let result = self.come_back(now_ms, &uid);
                self.effects.push(Effect::Reply { to: uid, op, result });
            }
            Input::Command { uid, op, command } => {
                let result = self.command(now_ms, &uid, command);
                self.effects.push(Effect::Reply { to: uid, op, result });
                self.close_if_empty();
            }
        }
        self.close_if_empty();
        std::mem::take(&mut self.effects)
    }

    /// When [`Input::Tick`] is due, Unix milliseconds.
    pub fn next_deadline(&self) -> Option<u64> {
        let play = self.play.as_ref();
        [
            self.creator_due_ms,
            self.roster.next_leave(),
            play.and_then(Play::turn_deadline),
            play.and_then(|play| play.abandon_at_ms),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Waiting or in game.
    pub fn phase(&self) -> Phase {
        if self.play.is_some() { Phase::InGame } else { Phase::Waiting }
    }

    /// The plan it was made from.
    pub fn plan(&self) -> &RoomPlan {
        &self.plan
    }

    fn command(&mut self, now_ms: u64, uid: &Uid, command: Command) -> Result<OkBody, WireError> {
        if let Command::Join { user_name, join_as } = command {
            return self.join(now_ms, uid, user_name, join_as);
        }
        if !self.roster.contains(uid) {
            return Err(refuse(ErrorCode::NotInRoom, "you are not in this room, join it first"));
        }
        match command {
            Command::Join { .. } => unreachable!("answered above"),
            Command::Leave => self.leave(now_ms, uid),
            Command::Ready { ready } => self.set_ready(uid, ready),
            Command::Kick { uid: target } => self.kick(now_ms, uid, &target),
            Command::Dissolve => self.dissolve_by_host(uid),
            Command::Start => self.start_by_host(now_ms, uid),
            Command::Action { action } => self.act(now_ms, uid, &action),
            Command::Chat { text } => self.chat(uid, text),
        }
    }

    /// A command for a room that has ended in the same instant.
    fn answer_closed(&mut self, input: Input) {
        let (Input::Command { uid, op, .. } | Input::Online { uid, op }) = input else {
            return;
        };
        let result = Err(refuse(ErrorCode::RoomNotFound, format!("room {} is no more", self.plan.room_id)));
        self.effects.push(Effect::Reply { to: uid, op, result });
    }

    fn tell_all(&mut self, event: Event) {
        self.effects.push(Effect::Tell { to: To::Everyone, event });
    }

    fn tell(&mut self, uid: &Uid, event: Event) {
        self.effects.push(Effect::Tell { to: To::Only(uid.clone()), event });
    }
}

/// A refusal: one sentence on what was wrong and what was expected.
fn refuse(code: ErrorCode, message: impl Into<String>) -> WireError {
    WireError::new(code, message)
}

/// The same seat in the words of the game.
fn game_seat(seat: umbra_protocol::Seat) -> umbra_game::Seat {
    umbra_game::Seat(seat.0)
}

/// The same seat in the words of the wire.
fn wire_seat(seat: umbra_game::Seat) -> umbra_protocol::Seat {
    umbra_protocol::Seat(seat.0)
}
