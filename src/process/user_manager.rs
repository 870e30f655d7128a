//! The user manager's process: registry of all users; it decides who may sign in and starts every user.
//!
//! A connection that signs in is announced to its user, who answers it: so nothing that it forwards can arrive before it. A
//! user whose process dies is started again; users that a manager before this one has left behind are taken over. Draining
//! is conducted from here, since it is the users who have connections.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use umbra_machine::directory::{Route, UserDirectory};
use umbra_machine::journal::UserFacts;
use umbra_machine::session::{Attach, AttachKind, SessionLimits, SocketKey};
use umbra_machine::settings::Settings;
use umbra_machine::sign_in::{SignInDesk, SignedIn};
use umbra_otp::{
    Ack, Children, Ended, Handle, Inbox, Incoming, Intensity, Next, ProcessId, ProcessLimits, Restart, SpawnError,
    SupervisorMessage, Timer, names, now_ms,
};
use umbra_protocol::{CloseCode, ErrorCode, Hello, Subprotocol, Uid, UserName, WireError};

use super::inspect::Inspection;
use super::messages::{
    JournalMessage, RoomManagerMessage, RoomMessage, SignInAnswer, SocketMessage, UserManagerMessage, UserMessage,
};
use super::user::{self, UserArgs};
use super::{USER_MANAGER, journal, room_manager};
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
pub fn run(args: UserManagerArgs, mut inbox: Inbox<UserManagerMessage>) {
    log::set_level(args.settings.log_level);
    let intensity = Intensity { max_restarts: args.settings.restarts_max, period_ms: args.settings.restart_period_ms };
    names::register(USER_MANAGER, inbox.this());
    let remembering = journal();
    if let Some(journal) = remembering {
        inbox.monitor(journal);
        journal.send(JournalMessage::Users { manager: inbox.this() });
    }
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
        remembering: remembering.map(|journal| ProcessId::of(&journal)),
        patient: Vec::new(),
        early: Vec::new(),
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
    /// The journal, until it has said which users there are.
    remembering: Option<ProcessId>,
    /// What has come meanwhile.
    patient: Vec<UserManagerMessage>,
    /// Connections of users that have died and whose death is still to be told.
    early: Vec<(Uid, Arrival)>,
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
            Incoming::Message(UserManagerMessage::Remembered { users }) => self.take_over(users),
            Incoming::Message(message) if self.remembering.is_some() => self.patient.push(message),
            Incoming::Message(message) => self.message(message),
            Incoming::LinkDied(tag) => {
                let reason = self.inbox.exit_reason(tag);
                if let Some(ended) = self.children.on_link_died(tag) {
                    lunatic_log::error!("user {} failed ({reason})", ended.key);
                    self.gone(&ended);
                }
            }
            // There is nobody to learn from, and nothing to wait for.
            Incoming::Down(id) if self.remembering == Some(id) => self.take_over(Vec::new()),
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
            UserManagerMessage::SignIn { socket, subprotocol, window, reference, hello, chance } => {
                self.sign_in(socket, (subprotocol, window), reference, hello, chance);
            }
            UserManagerMessage::Return { uid, socket, attach } => {
                self.bring_back(&uid, Arrival { socket, attach: *attach });
            }
            UserManagerMessage::Seek { uid, dead, room } => {
                // One that is coming back tells the room itself.
                if self.directory.get(&uid).is_none() {
                    room.send(RoomMessage::Crashed { uid, user: dead });
                }
            }
            UserManagerMessage::JournalStarted => {
                for (_, user) in self.directory.iter() {
                    user.send(UserMessage::HandIn);
                }
            }
            UserManagerMessage::Remembered { .. } => unreachable!("taken in `wake`"),
            UserManagerMessage::Ending { uid, user } => {
                if self.directory.let_end(&uid, |known| *known == user) {
                    user.send(UserMessage::MayEnd);
                } else {
                    lunatic_log::warn!("{user:?} asked to end as user {uid}, which it is not");
                }
            }
            UserManagerMessage::Stays { uid } => {
                for (user, arrival) in self.directory.stays(&uid) {
                    bring(user, arrival);
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
        (subprotocol, window): (Subprotocol, u16),
        reference: Option<u64>,
        hello: Hello,
        chance: [u64; 2],
    ) {
        if self.drain == Drain::Told {
            let message = "the server is about to stop, expected a reconnect in a moment";
            let error = WireError::new(ErrorCode::ServerDraining, message);
            return refuse(socket, reference, error, Some(CloseCode::GoingAway));
        }
        let mut chance = chance.into_iter();
        // Invariant: who signs in needs at most two names, of the guest and of the sign-in.
        let next = || chance.next().expect("two numbers are enough");
        let SignedIn { uid, user_name, sid, session, kind } = match self.desk.decide(now_ms(), hello, next) {
            Ok(signed_in) => signed_in,
            Err(refused) => return refuse(socket, reference, refused.error, refused.close),
        };
        let key = SocketKey(ProcessId::of(&socket).0);
        let attach = Attach { socket: key, subprotocol, window, reference, user_name, sid, session, kind };
        self.route(uid, Arrival { socket, attach });
    }

    fn route(&mut self, uid: Uid, arrival: Arrival) {
        match self.directory.route(&uid, arrival) {
            // Its death is known to others before it is told here; what is sent to it is lost.
            Route::To(user, arrival) if !ProcessId::of(&user).is_alive() => self.early.push((uid, arrival)),
            Route::To(user, arrival) => bring(user, arrival),
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
        match self.spawn(uid.clone(), Some(arrival.attach.user_name.clone())) {
            Ok(user) => {
                self.note(&uid, user, &arrival.attach);
                self.directory.insert(uid, user);
                bring(user, arrival);
            }
            Err(error) => {
                lunatic_log::error!("no process for user {uid}: {error}");
                let error = WireError::new(ErrorCode::ServerFull, "the server has no space for another user");
                refuse(arrival.socket, arrival.attach.reference, error, Some(CloseCode::ServerFull));
            }
        }
    }

    /// Without a name, the user was there before.
    fn spawn(&mut self, uid: Uid, user_name: Option<UserName>) -> Result<Handle<UserMessage>, SpawnError> {
        let (limits, log_level) = (SessionLimits::of(&self.settings), self.settings.log_level);
        let args = UserArgs { uid: uid.clone(), user_name, limits, log_level };
        let limits = ProcessLimits { memory_bytes: Some(self.settings.user_memory_bytes), may_spawn: false };
        self.children.start(&mut self.inbox, uid, args, user::run, &limits, Restart::Transient)
    }

    /// The journal knows of a user before anybody can speak to it, so that the next user manager knows of it too.
    fn note(&self, uid: &Uid, user: Handle<UserMessage>, attach: &Attach) {
        let facts = UserFacts { user_name: attach.user_name.clone(), sid: attach.sid.clone(), epoch: 0, room: None };
        if let Some(journal) = journal() {
            journal.send(JournalMessage::User { uid: uid.clone(), user, facts, answers: None });
        }
    }

    /// A connection that was a user's goes to its next process. If there is to be none, neither is there a connection.
    fn bring_back(&mut self, uid: &Uid, arrival: Arrival) {
        if self.directory.get(uid).is_some() {
            return self.route(uid.clone(), arrival);
        }
        let error = WireError::new(ErrorCode::Internal, "your session has failed, expected you to sign in again");
        refuse(arrival.socket, None, error, Some(CloseCode::Internal));
    }

    /// A user manager before this one had these. Those that live are this one's from now on, those that do not are brought
    /// back; then comes what has waited.
    fn take_over(&mut self, users: Vec<(Uid, Handle<UserMessage>)>) {
        if let Some(journal) = self.remembering.take() {
            self.inbox.demonitor(journal);
        }
        for (uid, user) in users {
            self.directory.insert(uid.clone(), user);
            if let Err(error) = self.children.adopt(&mut self.inbox, uid.clone(), user, Restart::Transient) {
                lunatic_log::error!("user {uid} cannot be taken over: {error}");
            }
        }
        for message in std::mem::take(&mut self.patient) {
            self.message(message);
        }
    }

    /// A user's process has ended: by itself, or it failed and is to be brought back, unless it failed too often. Whoever
    /// was held back meanwhile goes to the next one.
    fn gone(&mut self, ended: &Ended<Uid>) {
        let (uid, ending) = (&ended.key, self.directory.is_ending(&ended.key));
        if ended.next == Next::Restart && !ending {
            lunatic_log::warn!("the process of user {uid} died: bringing it back");
            match self.spawn(uid.clone(), None) {
                Ok(user) => {
                    if let Some(journal) = journal() {
                        journal.send(JournalMessage::UserMoved { uid: uid.clone(), user });
                    }
                    self.directory.insert(uid.clone(), user);
                    return self.route_early(uid);
                }
                Err(error) => lunatic_log::error!("no process to bring user {uid} back: {error}"),
            }
        }
        self.children.forget(uid);
        if ended.next == Next::GiveUp {
            lunatic_log::error!("the process of user {uid} died too often, which is the end of its session");
        }
        if let Some(journal) = journal() {
            journal.send(JournalMessage::ForgetUser { uid: uid.clone(), user: ended.id });
        }
        for arrival in self.directory.remove(uid) {
            self.route(uid.clone(), arrival);
        }
        self.route_early(uid);
    }

    /// Whoever came between a user's death and the news of it.
    fn route_early(&mut self, uid: &Uid) {
        for (uid, arrival) in self.early.extract_if(.., |(early, _)| early == uid).collect::<Vec<_>>() {
            match arrival.attach.kind {
                AttachKind::Live => self.bring_back(&uid, arrival),
                AttachKind::New | AttachKind::Resume { .. } => self.route(uid, arrival),
            }
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

/// The user tells the connection who it is.
fn bring(user: Handle<UserMessage>, arrival: Arrival) {
    let Arrival { socket, attach } = arrival;
    user.send(UserMessage::Attach { attach: Box::new(attach), socket });
}

fn refuse(socket: Handle<SocketMessage>, reference: Option<u64>, error: WireError, close: Option<CloseCode>) {
    socket.send(SocketMessage::SignIn(SignInAnswer::Refused { reference, error, close }));
}
