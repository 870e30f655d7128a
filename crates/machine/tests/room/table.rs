//! A room at its table: performs the room's effects as a shell would, and checks after every step what must always hold.

use std::collections::BTreeMap;

use umbra_game::{Rules, rules};
use umbra_machine::room::{Command, Effect, Input, OpId, Room, RoomImage, RoomLimits, RoomPlan, To};
use umbra_protocol::{
    ErrorCode, Event, GameValue, JoinAs, OkBody, Phase, RoomId, RoomSnapshot, Seat, Turn, Uid, UserName, WireError,
};

use crate::client::Client;

/// When every script begins, Unix milliseconds.
pub const START_MS: u64 = 1_000_000;

/// No grace anywhere but for results and abandoned matches, as the settings have it.
pub const LIMITS: RoomLimits = RoomLimits {
    seat_grace_ms: 0,
    lobby_grace_ms: 0,
    result_grace_ms: 300_000,
    abandon_ms: 300_000,
    spectators_max: 2,
    request_timeout_ms: 5_000,
};

/// One room, its members as the effects tell of them, and the clock.
pub struct Table {
    pub room: Room,
    pub now_ms: u64,
    pub closed: bool,
    clients: BTreeMap<String, Client>,
    heard: BTreeMap<String, Vec<Event>>,
    last_op: u64,
    limits: RoomLimits,
}

fn rules_of(game: &str) -> &'static dyn Rules {
    match game {
        "undercover" => rules::<undercover::Undercover>(),
        "tictactoe" => rules::<tictactoe::TicTacToe>(),
        _ => rules::<relay::Relay>(),
    }
}

impl Table {
    /// A new room of `game` with `seats`, waiting for its creator `ann`.
    pub fn new(game: &str, seats: u8) -> Self {
        Self::with(game, seats, "{}", LIMITS)
    }

    pub fn with(game: &str, seats: u8, options: &str, limits: RoomLimits) -> Self {
        let rules = rules_of(game);
        let plan = RoomPlan {
            room_id: RoomId("8KQ2ZT".into()),
            game: rules.name().to_owned(),
            options: rules.options(Some(options)).expect("options of a script are good"),
            seats,
            private: false,
            creator: uid("ann"),
            seed: 7,
        };
        let room = Room::new(plan, rules, limits, START_MS);
        let (clients, heard) = (BTreeMap::new(), BTreeMap::new());
        Self { room, now_ms: START_MS, closed: false, clients, heard, last_op: 0, limits }
    }

    /// A room in which these sit, the first of them in seat 0 and host; nothing of that is left to hear.
    pub fn of(game: &str, names: &[&str]) -> Self {
        Self::seated(Self::new(game, u8::try_from(names.len()).expect("a small table")), names)
    }

    pub fn seated(mut self, names: &[&str]) -> Self {
        for name in names {
            self.join(name).expect("a free seat");
        }
        self.hush();
        self
    }

    /// The same with a match just begun, and nothing of its start left to hear.
    pub fn playing(self) -> Self {
        let mut table = self.playing_aloud();
        table.hush();
        table
    }

    pub fn playing_aloud(mut self) -> Self {
        let names: Vec<String> = self.clients.keys().cloned().collect();
        for name in names {
            if self.snapshot(&name).my_seat.is_some() {
                self.ask(&name, Command::Ready { ready: true }).expect("ready");
            }
        }
        self.ask("ann", Command::Start).expect("a match starts");
        self
    }

    /// The room dies and is brought back from what the journal would have of it, in the bytes in which it would have it.
    pub fn rebirth(&mut self) {
        let image = self.room.image();
        let kept = bincode::serialize(&image).expect("an image is data");
        let image: RoomImage = bincode::deserialize(&kept).expect("an image can be read again");
        let rules = rules_of(&self.room.plan().game);
        self.room = Room::restore(image.clone(), rules, self.limits).expect("this version of the game made it");
        assert_eq!(self.room.image(), image, "what was brought back is what was kept");
    }

    /// Hands in one input just now and performs what follows.
    pub fn step(&mut self, input: Input) -> Vec<Effect> {
        let effects = self.room.handle(self.now_ms, input);
        self.perform(&effects);
        effects
    }

    pub fn perform(&mut self, effects: &[Effect]) {
        for (at, effect) in effects.iter().enumerate() {
            let refused = matches!(effect, Effect::Reply { result: Err(_), .. });
            assert!(!self.closed || refused, "nothing but refusals comes after the end of the room: {effect:?}");
            match effect {
                Effect::Admitted(uid) => {
                    let before = self.clients.insert(uid.0.to_string(), Client::new(uid.clone()));
                    assert!(before.is_none(), "{uid} was let in twice");
                }
                Effect::Released(uid) => {
                    assert!(self.clients.remove(uid.0.as_str()).is_some(), "{uid} was let go and was not in");
                }
                Effect::Tell { to, event } => self.tell(to, event),
                Effect::Reply { to, result, .. } => {
                    if let (Some(client), Ok(OkBody::Room(snapshot))) = (self.clients.get_mut(to.0.as_str()), result) {
                        client.learn(snapshot);
                    }
                }
                Effect::Seek(uid) => {
                    assert!(self.clients.contains_key(uid.0.as_str()), "{uid} is sought and was not in")
                }
                Effect::Closed => {
                    assert_eq!(at + 1, effects.len(), "the end comes last");
                    assert!(self.clients.is_empty(), "everybody is let go before the end");
                    self.closed = true;
                }
            }
        }
        self.check();
    }

    fn tell(&mut self, to: &To, event: &Event) {
        for (name, client) in &mut self.clients {
            if matches!(to, To::Only(uid) if uid.0 != *name) {
                continue;
            }
            client.hear(event);
            self.heard.entry(name.clone()).or_default().push(event.clone());
        }
    }

    /// What holds after every step.
    fn check(&self) {
        for (name, client) in &self.clients {
            client.must_know(&self.snapshot(name));
        }
        if let Some(due) = self.room.next_deadline() {
            assert!(due > self.now_ms, "nothing stays due");
            assert!(!self.closed, "a room that is over waits for nothing");
        }
        if let Some(name) = self.clients.keys().next() {
            let snapshot = self.snapshot(name);
            assert!(snapshot.players.iter().any(|player| player.uid == snapshot.host), "the host plays");
            let all = snapshot.players.iter().map(|p| &p.uid).chain(snapshot.spectators.iter().map(|s| &s.uid));
            let mut uids: Vec<_> = all.map(|uid| uid.0.clone()).collect();
            uids.sort();
            assert_eq!(uids, self.clients.keys().cloned().collect::<Vec<_>>(), "members are players and spectators");
        }
    }

    /// A question that was never asked.
    pub fn new_op(&mut self) -> OpId {
        self.last_op += 1;
        OpId(self.last_op)
    }

    /// One command and its one answer, which comes after everything that it brought about.
    pub fn ask(&mut self, name: &str, command: Command) -> Result<OkBody, WireError> {
        let op = self.new_op();
        let effects = self.step(Input::Command { uid: uid(name), op, command });
        answer(name, op, effects)
    }

    pub fn refusal(&mut self, name: &str, command: Command) -> ErrorCode {
        self.ask(name, command).expect_err("a refusal").code
    }

    pub fn join(&mut self, name: &str) -> Result<OkBody, WireError> {
        self.ask(name, Command::Join { user_name: user_name(name), join_as: JoinAs::Player })
    }

    pub fn watch(&mut self, name: &str) -> Result<OkBody, WireError> {
        self.ask(name, Command::Join { user_name: user_name(name), join_as: JoinAs::Spectator })
    }

    pub fn act(&mut self, name: &str, action: &str) -> Result<OkBody, WireError> {
        self.ask(name, Command::Action { action: GameValue::trusted(action.to_owned()) })
    }

    pub fn drop_out(&mut self, name: &str) -> Vec<Effect> {
        self.step(Input::Offline { uid: uid(name) })
    }

    pub fn crash(&mut self, name: &str) -> Vec<Effect> {
        self.step(Input::Crashed { uid: uid(name) })
    }

    pub fn come_back(&mut self, name: &str) -> Result<OkBody, WireError> {
        self.last_op += 1;
        let op = OpId(self.last_op);
        let effects = self.step(Input::Online { uid: uid(name), op });
        answer(name, op, effects)
    }

    /// Lets time pass and wakes the room then.
    pub fn wait(&mut self, ms: u64) -> Vec<Effect> {
        self.now_ms += ms;
        self.step(Input::Tick)
    }

    /// Events that `name` was told since the last time this was asked.
    pub fn heard(&mut self, name: &str) -> Vec<Event> {
        self.heard.remove(name).unwrap_or_default()
    }

    /// The ids of those events.
    pub fn ids(&mut self, name: &str) -> Vec<&'static str> {
        self.heard(name).iter().map(Event::id).collect()
    }

    /// Forgets what everybody was told so far.
    pub fn hush(&mut self) {
        self.heard.clear();
    }

    pub fn snapshot(&self, name: &str) -> RoomSnapshot {
        self.room.snapshot_for(&uid(name))
    }

    pub fn members(&self) -> Vec<&str> {
        self.clients.keys().map(String::as_str).collect()
    }

    pub fn phase(&self) -> Phase {
        self.room.phase()
    }

    pub fn turn(&self) -> Turn {
        self.snapshot("ann").turn.expect("a turn")
    }

    pub fn seat_of(&self, name: &str) -> Option<Seat> {
        self.snapshot(name).my_seat
    }
}

/// The one answer to `op`, with nothing but the end of the room, or what time brings, after it.
fn answer(name: &str, op: OpId, effects: Vec<Effect>) -> Result<OkBody, WireError> {
    let mut answers = effects.into_iter().filter_map(|effect| match effect {
        Effect::Reply { to, op: answered, result } => {
            assert_eq!((to, answered), (uid(name), op), "the answer goes to who asked");
            Some(result)
        }
        Effect::Admitted(_) | Effect::Released(_) | Effect::Tell { .. } | Effect::Seek(_) | Effect::Closed => None,
    });
    let result = answers.next().expect("every question is answered");
    assert!(answers.next().is_none(), "every question is answered once");
    result
}

pub fn uid(name: &str) -> Uid {
    Uid(name.into())
}

pub fn user_name(name: &str) -> UserName {
    UserName::parse(name).expect("names of a script are good")
}
