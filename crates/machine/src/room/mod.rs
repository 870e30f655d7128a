//! The room's twin: who sits where, whose turn it is, and what every command comes to.
//!
//! Where we are: `socket → user → **room** → user → socket`. The shell hands in each [`Input`] with the time and performs
//! the [`Effect`]s in their order. Everything that changes a room is one `Input`, so the same inputs give the same room.
//!
//! Reading order: this file (what a room is and how inputs are told apart), `plan` (what it is made from), `roster` (who
//! is there), `lobby` (what is done while waiting), `play` (the match), `turns` (its clock), `ending`, `absence`
//! (dropping, coming back, leaving), `snapshot` (as one member sees it), `image` (as the journal keeps it).

mod absence;
mod command;
mod ending;
mod image;
mod lobby;
mod plan;
mod play;
mod roster;
mod snapshot;
mod turns;

use umbra_game::Rules;
use umbra_protocol::{DissolveReason, ErrorCode, Event, GameValue, OkBody, Phase, Uid, WireError};

pub use command::{Command, Effect, Input, OpId, To};
pub use image::RoomImage;
pub use plan::{RoomLimits, RoomPlan};
use play::Play;
use roster::Roster;

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
    /// Until when a member may be on the way to hearing of the end of the last match.
    outcome_travels_until_ms: u64,
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
            outcome_travels_until_ms: 0,
            closed: false,
            effects: Vec::new(),
        }
    }

    /// Takes one input and says what follows from it, in order. What fell due up to `now_ms` happens first, and what the
    /// input makes due at once (a grace period can be 0) happens last, so nothing stays due.
    pub fn handle(&mut self, now_ms: u64, input: Input) -> Vec<Effect> {
        let was_closed = self.closed;
        self.catch_up(now_ms);
        if self.closed {
            self.answer_closed(input);
        } else {
            self.take(now_ms, input);
            self.catch_up(now_ms);
        }
        self.done(was_closed)
    }

    /// The rules failed for good: the room ends alone.
    pub fn fail(&mut self) -> Vec<Effect> {
        let was_closed = self.closed;
        if !was_closed {
            self.dissolve(DissolveReason::Failed);
        }
        self.done(was_closed)
    }

    /// Hands over the effects. The end of the room comes after everything else, replies included.
    fn done(&mut self, was_closed: bool) -> Vec<Effect> {
        let mut effects = std::mem::take(&mut self.effects);
        if self.closed && !was_closed {
            effects.push(Effect::Closed);
        }
        effects
    }

    fn take(&mut self, now_ms: u64, input: Input) {
        match input {
            Input::Tick => {}
            Input::Offline { uid } => self.drop_out(now_ms, &uid),
            Input::Lost { uid } => self.lose_process(now_ms, &uid),
            Input::Crashed { uid } => self.crash(now_ms, &uid),
            Input::Returned { uid, op } => {
                let result = self.snapshot_for_member(&uid);
                self.roster.forget_answers(&uid);
                self.roster.answer(&uid, op);
                self.effects.push(Effect::Reply { to: uid, op, result });
            }
            Input::Online { ref uid, op } | Input::Command { ref uid, op, .. } if self.roster.has_answered(uid, op) => {
            }
            Input::Online { uid, op } => {
                let result = self.come_back(now_ms, &uid);
                self.roster.answer(&uid, op);
                self.effects.push(Effect::Reply { to: uid, op, result });
            }
            Input::Command { uid, op, command } => {
                let result = self.command(now_ms, &uid, command);
                self.roster.answer(&uid, op);
                self.effects.push(Effect::Reply { to: uid, op, result });
            }
        }
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

    /// A member asks through another process from now on, which numbers its questions in its own way.
    pub fn renewed(&mut self, uid: &Uid) {
        self.roster.forget_answers(uid);
    }

    /// A member's question is answered with a refusal without being looked at. It may be on its way a second time, because who
    /// asked has heard of the death of the process that was asked first.
    pub fn refused(&mut self, uid: &Uid, op: OpId) {
        self.roster.answer(uid, op);
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
        let (Input::Command { uid, op, .. } | Input::Online { uid, op } | Input::Returned { uid, op }) = input else {
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
