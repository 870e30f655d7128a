//! The user's twin: one session that outlives its connections.
//!
//! Where we are: `socket → **user** → room → user → socket`. Going in, it decides whether a `ref` is new and takes one
//! action at a time to the room; going out, it numbers events, keeps them until acknowledged, and hands them to the live
//! socket, if there is one, at the pace at which that drains. What happens in a room is never decided here.
//!
//! Reading order: this file; `input` and `effect` (what goes in and comes out); towards the room `arrival`, `replies`
//! (each `ref` once), `actions` (one at a time), `step` (what each takes), `travel` (into rooms and out of them),
//! `refresh` (a room that was lost); towards the client `sending`, `outbox` (the event history), `line` (the live
//! socket), `frames`, `result` (of a match, unheard); `greeting` (`HELLO`, resume, takeover); and `rebirth`, `record` (a
//! user whose process died).

mod actions;
mod arrival;
mod effect;
mod frames;
mod greeting;
mod input;
mod limits;
mod line;
mod outbox;
mod rebirth;
mod record;
mod refresh;
mod replies;
mod result;
mod sending;
mod step;
mod travel;

use umbra_game::Catalog;
use umbra_protocol::{CloseCode, Control, EncodedEvent, ErrorCode, RoomId, Uid, UserName};

use crate::journal::UserFacts;
use crate::room::OpId;
use actions::Actions;
pub use effect::{Ask, Effect};
pub use frames::{OutFrame, OutFrames};
use greeting::Greeting;
pub use input::{Attach, AttachKind, Inbound, Input, SocketKey};
pub use limits::SessionLimits;
use line::Line;
use outbox::Outbox;
pub use rebirth::{Rebirth, Step as RebirthStep};
use replies::Replies;
use result::MatchResult;
use travel::Parting;

/// One signed-in user.
pub struct Session {
    uid: Uid,
    user_name: UserName,
    /// Names the sign-in: a resume must come from the same one.
    sid: String,
    limits: SessionLimits,
    catalog: &'static Catalog,
    outbox: Outbox,
    replies: Replies,
    actions: Actions,
    line: Option<Line>,
    greeting: Option<Greeting>,
    /// The room this user is in, or on the way into.
    room: Option<RoomId>,
    /// A room that has not said whether it let this user in, and was told that it should not.
    parting: Option<Parting>,
    /// The room's process was lost: the question where the room is now, and when to ask again.
    refreshing: Option<(OpId, u64)>,
    next_op: u64,
    /// Has come back in another process: until when its socket may do so too.
    unattended_until_ms: Option<u64>,
    /// How the last match ended, until the client says that it knows.
    result: Option<MatchResult>,
    /// What the journal was last told.
    kept: Option<UserFacts>,
    /// Has asked for leave to end.
    ending: bool,
    now_ms: u64,
    effects: Vec<Effect>,
}

impl Session {
    /// A session without a socket: the first [`Input::Attach`] brings one.
    pub fn new(uid: Uid, user_name: UserName, limits: SessionLimits, catalog: &'static Catalog) -> Self {
        Self {
            uid,
            user_name,
            sid: String::new(),
            catalog,
            outbox: Outbox::new(limits.history_events_max, limits.history_bytes_max),
            replies: Replies::default(),
            actions: Actions::new(limits.pending_actions_max),
            limits,
            line: None,
            greeting: None,
            room: None,
            parting: None,
            refreshing: None,
            next_op: 0,
            unattended_until_ms: None,
            result: None,
            kept: None,
            ending: false,
            now_ms: 0,
            effects: Vec::new(),
        }
    }

    /// Takes one input and says what follows from it, in order.
    pub fn handle(&mut self, now_ms: u64, input: Input) -> Vec<Effect> {
        self.handle_all(now_ms, [input])
    }

    /// Takes inputs that belong together, such as all that one command brought about in the room: what they have to say
    /// to the client leaves in one batch, and so in one write.
    pub fn handle_all(&mut self, now_ms: u64, inputs: impl IntoIterator<Item = Input>) -> Vec<Effect> {
        self.now_ms = now_ms;
        for input in inputs {
            self.take(now_ms, input);
        }
        self.proceed(now_ms);
        self.flush(now_ms);
        // A socket that was too slow is lost by now, and with it perhaps the last thing that was left to do.
        self.proceed(now_ms);
        self.keep_facts();
        std::mem::take(&mut self.effects)
    }

    /// Takes what a room says to all: as [`Session::handle_all`] with an [`Input::RoomEvent`] for each, by a shorter way, since most of
    /// what happens to a user is this. None of it changes who this is and where, or what is to be done next.
    pub fn told(
        &mut self,
        now_ms: u64,
        room_id: &RoomId,
        events: impl IntoIterator<Item = EncodedEvent>,
    ) -> Vec<Effect> {
        self.now_ms = now_ms;
        for event in events {
            self.room_event(room_id, event);
        }
        self.flush(now_ms);
        if self.line.is_none() {
            // There was none, or it was too slow: perhaps the last thing that was left to do.
            self.proceed(now_ms);
        }
        std::mem::take(&mut self.effects)
    }

    /// The list of effects, performed and empty, to be used again.
    pub fn take_back(&mut self, performed: Vec<Effect>) {
        if self.effects.is_empty() {
            self.effects = performed;
            self.effects.clear();
        }
    }

    fn take(&mut self, now_ms: u64, input: Input) {
        match input {
            Input::Attach(attach) => self.attach(attach),
            Input::SocketLost { socket } => self.socket_lost(socket),
            Input::Client { socket, inbound } => self.client(now_ms, socket, inbound),
            Input::Drained { socket, batches } => self.drained(socket, batches),
            Input::RoomFound { op, found } => self.room_found(now_ms, op, found),
            Input::Listed { op, rooms } => self.listed(op, rooms),
            Input::RoomReply { room_id, op, result } => self.room_reply(now_ms, &room_id, op, result),
            Input::RoomEvent { room_id, event } => self.room_event(&room_id, event),
            Input::RoomReleased { room_id } => self.released(&room_id),
            Input::RoomDown { room_id } => self.room_down(now_ms, &room_id),
            Input::Draining { reconnect_after_ms } => self.control(Control::ServerDraining { reconnect_after_ms }),
            Input::RoomsDown => self.ask_rooms_again_soon(now_ms),
            Input::HandIn => self.hand_in(),
            Input::Hangup { code } => self.hang_up(code),
            Input::ThrowOut => self.throw_out(),
            Input::MayEnd => self.may_end(),
            Input::Tick => self.tick(now_ms),
        }
    }

    /// When [`Input::Tick`] is due, Unix milliseconds.
    pub fn next_deadline(&self) -> Option<u64> {
        let greeting = self.greeting.as_ref().and_then(Greeting::due_ms);
        let slow = self.line.as_ref().and_then(Line::slow_at_ms);
        let refresh = self.refreshing.map(|(_, due_ms)| due_ms);
        [self.actions.due_ms(), greeting, slow, refresh, self.unattended_until_ms, self.result_until_ms()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Who this is.
    pub fn uid(&self) -> &Uid {
        &self.uid
    }

    /// Where this user is.
    pub fn room(&self) -> Option<&RoomId> {
        self.room.as_ref()
    }

    /// Nothing is left that anybody could come back to.
    pub fn idle(&self) -> bool {
        self.line.is_none()
            && self.room.is_none()
            && !self.actions.working()
            && self.greeting.is_none()
            && self.unattended_until_ms.is_none()
            && self.result_until_ms().is_none()
    }

    fn may_end(&mut self) {
        let idle = self.idle();
        // Whoever ends has still asked, so that nothing is asked again.
        self.ending = idle;
        self.effects.push(if idle { Effect::End } else { Effect::Stay });
    }

    fn new_op(&mut self) -> OpId {
        self.next_op += 1;
        OpId(self.next_op)
    }

    fn tick(&mut self, now_ms: u64) {
        if self.line.as_ref().and_then(Line::slow_at_ms).is_some_and(|at| at <= now_ms) {
            self.hang_up(CloseCode::TooSlow);
        }
        self.give_up_on_action(now_ms);
        self.give_up_on_greeting(now_ms);
        self.repeat_refresh(now_ms);
        self.ask_rooms_again(now_ms);
        self.give_up_on_socket(now_ms);
        self.give_up_on_result(now_ms);
    }

    /// What the next step is, after anything has changed: the next action, or the end.
    fn proceed(&mut self, now_ms: u64) {
        if self.greeting.as_ref().is_some_and(Greeting::deferred) && !self.actions.working() {
            self.ask_for_greeting(now_ms);
        }
        while self.greeting.is_none() && !self.actions.working() {
            if !self.next_action(now_ms) {
                break;
            }
        }
        if self.idle() && !self.ending {
            self.ending = true;
            self.effects.push(Effect::Ending);
        }
    }
}

/// What a user is told when something of the server's own failed.
fn internal(what: &str) -> umbra_protocol::WireError {
    umbra_protocol::WireError::new(ErrorCode::Internal, format!("{what}, try again"))
}
