//! The user's twin: one session that outlives its connections.
//!
//! Where we are: `socket → **user** → room → user → socket`. Going in, it decides whether a `ref` is new and takes one
//! action at a time to the room; going out, it numbers events, keeps them until acknowledged, and hands them to the live
//! socket, if there is one, at the pace at which that drains. What happens in a room is never decided here.
//!
//! Reading order: this file, `input` (what goes in and comes out), `actions` (towards the room), `replies` (each `ref`
//! once), `travel` (into rooms and out of them), `outbox` (the event history), `line` (the live socket), `greeting`
//! (`HELLO`, resume, takeover).

mod actions;
mod greeting;
mod input;
mod line;
mod outbox;
mod replies;
mod travel;

use umbra_game::Catalog;
use umbra_protocol::{CloseCode, Control, EncodedEvent, ErrorCode, Event, RoomId, ServerFrame, Uid, UserName};

use crate::room::OpId;
use crate::settings::Settings;
use actions::Actions;
use greeting::Greeting;
pub use input::{Ask, Attach, AttachKind, Effect, Inbound, Input, OutFrame, SocketKey};
use line::Line;
use outbox::Outbox;
use replies::Replies;

/// The limits of a session, milliseconds and counts; see [`Settings`] for their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[expect(missing_docs, reason = "each is the setting of the same name")]
pub struct SessionLimits {
    pub pending_actions_max: usize,
    pub history_events_max: usize,
    pub history_bytes_max: usize,
    pub request_timeout_ms: u64,
    pub slow_socket_ms: u64,
    pub heartbeat_ms: u64,
    pub seat_grace_ms: u64,
}

impl SessionLimits {
    /// A session's part of the settings.
    pub fn of(settings: &Settings) -> Self {
        Self {
            pending_actions_max: settings.pending_actions_max,
            history_events_max: settings.history_events_max,
            history_bytes_max: settings.history_bytes_max,
            request_timeout_ms: settings.request_timeout_ms,
            slow_socket_ms: settings.slow_socket_ms,
            heartbeat_ms: settings.heartbeat_ms,
            seat_grace_ms: settings.seat_grace_ms,
        }
    }
}

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
    /// The room's process was lost: the question where the room is now, and when to ask again.
    refreshing: Option<(OpId, u64)>,
    next_op: u64,
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
            refreshing: None,
            next_op: 0,
            ending: false,
            now_ms: 0,
            effects: Vec::new(),
        }
    }

    /// Takes one input and says what follows from it, in order.
    pub fn handle(&mut self, now_ms: u64, input: Input) -> Vec<Effect> {
        self.now_ms = now_ms;
        match input {
            Input::Attach(attach) => self.attach(now_ms, attach),
            Input::SocketLost { socket } => self.socket_lost(socket),
            Input::Client { socket, inbound } => self.client(now_ms, socket, inbound),
            Input::Drained { socket } => self.drained(socket),
            Input::RoomFound { op, found } => self.room_found(now_ms, op, found),
            Input::Listed { op, rooms } => self.listed(op, rooms),
            Input::RoomReply { room_id, op, result } => self.room_reply(now_ms, &room_id, op, result),
            Input::RoomEvent { room_id, event } => self.room_event(&room_id, event),
            Input::RoomReleased { room_id } => self.released(&room_id),
            Input::RoomDown { room_id } => self.room_down(now_ms, &room_id),
            Input::Draining { reconnect_after_ms } => self.control(Control::ServerDraining { reconnect_after_ms }),
            Input::Hangup { code } => self.hang_up(code),
            Input::ThrowOut => self.throw_out(),
            Input::MayEnd => self.may_end(),
            Input::Tick => self.tick(now_ms),
        }
        self.proceed(now_ms);
        self.flush(now_ms);
        std::mem::take(&mut self.effects)
    }

    /// When [`Input::Tick`] is due, Unix milliseconds.
    pub fn next_deadline(&self) -> Option<u64> {
        let greeting = self.greeting.as_ref().map(|greeting| greeting.due_ms);
        let slow = self.line.as_ref().and_then(Line::slow_at_ms);
        let refresh = self.refreshing.map(|(_, due_ms)| due_ms);
        [self.actions.due_ms(), greeting, slow, refresh].into_iter().flatten().min()
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
        self.line.is_none() && self.room.is_none() && !self.actions.working() && self.greeting.is_none()
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

    fn room_event(&mut self, room_id: &RoomId, event: EncodedEvent) {
        if self.room.as_ref() != Some(room_id) {
            let text = format!("{} of room {room_id}, which this user is not in", event.id());
            return self.effects.push(Effect::Odd(text));
        }
        self.record(event);
    }

    /// Numbers an event, keeps it, and queues it for the live socket.
    fn record(&mut self, event: EncodedEvent) {
        let seq = self.outbox.push(event);
        if let Some(line) = self.line.as_mut().filter(|line| line.greeted()) {
            line.queue_event(seq);
        }
    }

    fn record_own(&mut self, event: &Event) {
        self.record(EncodedEvent::new(event));
    }

    fn send(&mut self, frame: &ServerFrame) {
        if let Some(line) = self.line.as_mut() {
            line.queue_frame(frame);
        }
    }

    fn control(&mut self, control: Control) {
        if self.line.as_ref().is_some_and(Line::greeted) {
            self.send(&ServerFrame::Control(control));
        }
    }

    /// Hands the socket what waits for it, unless it is still busy; gives it up when it is too slow.
    fn flush(&mut self, now_ms: u64) {
        let Some(line) = self.line.as_mut() else {
            return;
        };
        if line.overflows(&self.outbox) {
            return self.hang_up(CloseCode::TooSlow);
        }
        if let Some(frames) = line.next_batch(now_ms, &self.outbox) {
            self.effects.push(Effect::Deliver { socket: line.socket(), frames });
        }
    }

    fn drained(&mut self, socket: SocketKey) {
        if let Some(line) = self.line.as_mut().filter(|line| line.socket() == socket) {
            line.drained();
        }
    }

    /// Closes the live socket from this side; for the session it is lost from now on.
    fn hang_up(&mut self, code: CloseCode) {
        if let Some(line) = self.line.as_ref() {
            let socket = line.socket();
            self.effects.push(Effect::Close { socket, code });
            self.socket_lost(socket);
        }
    }

    fn socket_lost(&mut self, socket: SocketKey) {
        if self.line.as_ref().is_none_or(|line| line.socket() != socket) {
            // A former socket's late end: that one was taken over long ago.
            return;
        }
        self.line = None;
        self.effects.push(Effect::Forget { socket });
        self.greeting = None;
        if let Some(room_id) = self.room.clone().filter(|_| !self.actions.joining()) {
            self.effects.push(Effect::Offline { room_id });
        }
    }

    fn tick(&mut self, now_ms: u64) {
        if self.line.as_ref().and_then(Line::slow_at_ms).is_some_and(|at| at <= now_ms) {
            self.hang_up(CloseCode::TooSlow);
        }
        self.give_up_on_action(now_ms);
        self.give_up_on_greeting(now_ms);
        self.repeat_refresh(now_ms);
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
