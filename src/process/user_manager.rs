//! The user manager's process: registry of all users; it decides who may sign in and starts every user.
//!
//! A connection that signs in is announced to its user first and then told who its user is, so that nothing it forwards
//! can arrive before it. Draining is conducted from here, since it is the users who have connections.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use umbra_machine::directory::{Route, UserDirectory};
use umbra_machine::session::{Attach, SessionLimits, SocketKey};
use umbra_machine::settings::Settings;
use umbra_machine::sign_in::{SignInDesk, SignedIn};
use umbra_otp::{
    Ack, Children, Ended, Handle, Inbox, Incoming, Intensity, ProcessId, ProcessLimits, Restart, SupervisorMessage,
    Timer, names, now_ms,
};
use umbra_protocol::{CloseCode, ErrorCode, Hello, Subprotocol, Uid, WireError};

use super::inspect::Inspection;
use super::messages::{RoomManagerMessage, SignInAnswer, SocketMessage, UserManagerMessage, UserMessage};
use super::user::{self, UserArgs};
use super::{USER_MANAGER, random, room_manager};
use crate::log;

/// What the user manager is started with.
#[derive(Debug, Serialize, Deserialize)]
pub struct UserManagerArgs {
    /// All settings.
    pub settings: Settings,
    /// Signs session tokens when none is configured: made once, so that sessions outlive this process.
    pub random_secret: Vec<u8>,
    /// To say that it is ready.
    pub ack: Ack,
    /// Stopped when everybody has been sent away.
    pub root: Handle<SupervisorMessage>,
}

/// How long users are given to end when the server stops.
const STOP_DEADLINE: Duration = Duration::from_secs(2);

/// The process.
pub fn run(args: UserManagerArgs, inbox: Inbox<UserManagerMessage>) {
    log::set_level(args.settings.log_level);
    let intensity = Intensity { max_restarts: args.settings.restarts_max, period_ms: args.settings.restart_period_ms };
    names::register(USER_MANAGER, inbox.this());
    args.ack.started();
    let mut manager = UserManager {
        desk: SignInDesk::new(&args.settings, &args.random_secret),
        directory: UserDirectory::new(args.settings.users_max),
        settings: args.settings,
        children: Children::new(intensity),
        inbox,
        root: args.root,
        drain: Drain::No,
        timer: Timer::new(),
    };
    loop {
        match manager.inbox.receive() {
            Incoming::Message(UserManagerMessage::Stop) => break,
            incoming => manager.wake(incoming),
        }
    }
    manager.children.stop_all(&mut manager.inbox, |_| UserMessage::Stop, STOP_DEADLINE);
}

struct UserManager {
    settings: Settings,
    desk: SignInDesk,
    directory: UserDirectory<Handle<UserMessage>, Arrival>,
    children: Children<Uid, UserMessage>,
    inbox: Inbox<UserManagerMessage>,
    root: Handle<SupervisorMessage>,
    drain: Drain,
    timer: Timer,
}

/// How far the server is on its way to a stop.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Drain {
    No,
    /// Everybody was told.
    Told,
}

/// A connection that has signed in and is to be brought to its user.
#[derive(Debug)]
struct Arrival {
    socket: Handle<SocketMessage>,
    attach: Attach,
}

impl UserManager {
    fn wake(&mut self, incoming: Incoming<UserManagerMessage>) {
        match incoming {
            Incoming::Message(message) => self.message(message),
            Incoming::LinkDied(tag) => {
                let reason = self.inbox.exit_reason(tag);
                if let Some(ended) = self.children.on_link_died(tag) {
                    lunatic_log::error!("user {} failed ({reason})", ended.key);
                    self.gone(&ended);
                }
            }
            Incoming::Down(id) => {
                if let Some(ended) = self.children.on_down(id) {
                    self.gone(&ended);
                }
            }
            Incoming::Garbled(why) => lunatic_log::error!("the user manager got a garbled message: {why}"),
        }
    }

    fn message(&mut self, message: UserManagerMessage) {
        match message {
            UserManagerMessage::SignIn { socket, subprotocol, reference, hello } => {
                self.sign_in(socket, subprotocol, reference, hello);
            }
            UserManagerMessage::Ending { uid, user } => {
                if self.directory.let_end(&uid, |known| *known == user) {
                    user.send(UserMessage::MayEnd);
                } else {
                    lunatic_log::warn!("{user:?} asked to end as user {uid}, which it is not");
                }
            }
            UserManagerMessage::Stays { uid } => {
                for (user, arrival) in self.directory.stays(&uid) {
                    bring_as(uid.clone(), user, arrival);
                }
            }
            UserManagerMessage::Drain => self.drain(),
            UserManagerMessage::Kick(uid) => {
                if let Some(user) = self.directory.get(&uid) {
                    user.send(UserMessage::ThrowOut);
                }
            }
            UserManagerMessage::Stop => unreachable!("ends the loop of `run`"),
            UserManagerMessage::Inspect(inspector) => {
                let users = self.directory.iter().map(|(uid, user)| (uid.clone(), ProcessId::of(user)));
                let mut users: Vec<_> = users.collect();
                users.sort();
                inspector.send(Inspection::Users { users, monitors: self.inbox.monitors() });
            }
            UserManagerMessage::Tick(epoch) => {
                if self.timer.fired(epoch) {
                    // Stops listener, users and rooms in that order; users say goodbye to their sockets.
                    self.root.send(SupervisorMessage::Stop);
                }
            }
        }
    }

    fn sign_in(
        &mut self,
        socket: Handle<SocketMessage>,
        subprotocol: Subprotocol,
        reference: Option<u64>,
        hello: Hello,
    ) {
        if self.drain == Drain::Told {
            let message = "the server is about to stop, expected a reconnect in a moment";
            let error = WireError::new(ErrorCode::ServerDraining, message);
            return refuse(socket, reference, error, Some(CloseCode::GoingAway));
        }
        let SignedIn { uid, user_name, sid, session, kind } = match self.desk.decide(now_ms(), hello, random) {
            Ok(signed_in) => signed_in,
            Err(refused) => return refuse(socket, reference, refused.error, refused.close),
        };
        let key = SocketKey(ProcessId::of(&socket).0);
        let attach = Attach { socket: key, subprotocol, reference, user_name, sid, session, kind };
        self.route(uid, Arrival { socket, attach });
    }

    fn route(&mut self, uid: Uid, arrival: Arrival) {
        match self.directory.route(&uid, arrival) {
            Route::To(user, arrival) => bring_as(uid, user, arrival),
            Route::Held => {}
            Route::Start(arrival) => self.start(uid, arrival),
            Route::Full(arrival) => {
                let message = format!("there are {} users, which is as many as there may be", self.settings.users_max);
                let error = WireError::new(ErrorCode::ServerFull, message);
                refuse(arrival.socket, arrival.attach.reference, error, Some(CloseCode::ServerFull));
            }
        }
    }

    fn start(&mut self, uid: Uid, arrival: Arrival) {
        let args = UserArgs {
            uid: uid.clone(),
            user_name: arrival.attach.user_name.clone(),
            limits: SessionLimits::of(&self.settings),
            log_level: self.settings.log_level,
        };
        let limits = ProcessLimits { memory_bytes: Some(self.settings.user_memory_bytes), may_spawn: false };
        let started = self.children.start(&mut self.inbox, uid.clone(), args, user::run, &limits, Restart::Temporary);
        match started {
            Ok(user) => {
                self.directory.insert(uid.clone(), user);
                bring_as(uid, user, arrival);
            }
            Err(error) => {
                lunatic_log::error!("no process for user {uid}: {error}");
                let error = WireError::new(ErrorCode::ServerFull, "the server has no space for another user");
                refuse(arrival.socket, arrival.attach.reference, error, Some(CloseCode::ServerFull));
            }
        }
    }

    /// A user has ended, in whatever way. Whoever was held back meanwhile gets a new one.
    fn gone(&mut self, ended: &Ended<Uid>) {
        self.children.forget(&ended.key);
        if self.directory.get(&ended.key).is_none_or(|user| ProcessId::of(user) != ended.id) {
            return;
        }
        for arrival in self.directory.remove(&ended.key) {
            self.route(ended.key.clone(), arrival);
        }
    }

    fn drain(&mut self) {
        if self.drain == Drain::Told {
            return;
        }
        self.drain = Drain::Told;
        lunatic_log::info!("draining: {} users have {} ms", self.directory.len(), self.settings.drain_ms);
        if let Some(manager) = room_manager() {
            manager.send(RoomManagerMessage::Drain);
        }
        for (_, user) in self.directory.iter() {
            user.send(UserMessage::Draining { reconnect_after_ms: self.settings.drain_ms });
        }
        self.timer.arm(&self.inbox, Duration::from_millis(self.settings.drain_ms), UserManagerMessage::Tick);
    }
}

fn bring_as(uid: Uid, user: Handle<UserMessage>, arrival: Arrival) {
    let Arrival { socket, attach } = arrival;
    let user_name = attach.user_name.clone();
    user.send(UserMessage::Attach { attach, socket });
    socket.send(SocketMessage::SignIn(SignInAnswer::Admitted { uid, user_name, user }));
}

fn refuse(socket: Handle<SocketMessage>, reference: Option<u64>, error: WireError, close: Option<CloseCode>) {
    socket.send(SocketMessage::SignIn(SignInAnswer::Refused { reference, error, close }));
}
