//! A room that the test plays until it dies: a real twin that writes to a real journal and speaks to real users, so that
//! the moment of its death is not left to chance. What it leaves behind, a real room takes up.

use umbra::process::messages::{FromRoom, JournalMessage, RoomManagerMessage, RoomMessage, RoomsAnswer, UserMessage};
use umbra::process::room::{self, RoomArgs};
use umbra::process::{ROOM_MANAGER, journal};
use umbra_machine::journal::{Answered, Entry, Kept, Members, Origin, Part};
use umbra_machine::room::{Effect, Input, Room, RoomLimits, RoomPlan, To};
use umbra_machine::session::Ask;
use umbra_machine::settings::LogLevel;
use umbra_otp::{Handle, names, now_ms, spawn};
use umbra_protocol::{ClientMessage, EncodedEvent, RoomId, Uid};

use crate::player::Player;
use crate::server::settings;
use crate::stage::{LIMITS, Stage};
use crate::table::action;

/// How far a room comes with an input before it dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dies {
    /// The input is in the journal, and has not been looked at.
    Unlooked,
    /// It is dealt with, and nobody has been told.
    Untold,
    /// The others have been told, and the one who asked has no answer.
    Unanswered,
    /// The one who asked has the answer, and the others have not been told.
    AnsweredAlone,
    /// Everybody knows.
    Told,
}

pub struct FormerRoom {
    rooms: Handle<RoomManagerMessage>,
    handle: Handle<RoomMessage>,
    room: Room,
    members: Members<Handle<UserMessage>>,
    n: u64,
}

fn limits() -> RoomLimits {
    RoomLimits::of(&settings())
}

impl FormerRoom {
    /// Ann and Bob, real users of a real server, in a match that takes any action; room manager and room are the test's.
    pub fn in_game(stage: &mut Stage) -> (Self, [Player; 2]) {
        let mut players = ["Ann", "Bob"].map(|name| Player::guest(stage, name));
        let rooms = stage.puppet();
        names::register(ROOM_MANAGER, rooms);
        let rules = umbra::games::catalog().get("relay").expect("a game that ships");
        let plan = RoomPlan {
            room_id: RoomId("FORMER".into()),
            game: rules.name().into(),
            options: rules.options(None).expect("its own defaults"),
            seats: 2,
            private: false,
            creator: players[0].uid(),
            seed: 7,
        };
        let room = Room::new(plan.clone(), rules, limits(), now_ms());
        let handle = stage.puppet();
        let kept = Kept { n: 0, room: room.image(), members: Vec::new() };
        write(JournalMessage::Keep { plan: plan.clone(), room: handle, kept: Box::new(kept) });
        let mut former = Self { rooms, handle, room, members: Members(Vec::new()), n: 0 };

        let join = ClientMessage::RoomJoin { room_id: plan.room_id, join_as: Default::default() };
        for player in &mut players {
            let asked = player.say(join.clone());
            former.is_looked_for(stage, handle);
            former.serves(stage, player, asked);
        }
        for (at, message) in [(1, ClientMessage::RoomReady { ready: true }), (0, ClientMessage::GameStart)] {
            let asked = players[at].say(message);
            former.serves(stage, &mut players[at], asked);
        }
        for player in &mut players {
            player.news(stage);
        }
        (former, players)
    }

    /// Takes the next question to the end.
    pub fn serves(&mut self, stage: &mut Stage, player: &mut Player, asked: u64) {
        self.takes(stage, Dies::Told);
        player.reply(stage, asked).1.expect("it is allowed");
    }

    /// Writes the next questions down as what it deals with in one go, and looks at none.
    pub fn takes_together(&mut self, stage: &mut Stage, questions: usize) {
        let parts = (0..questions).map(|_| {
            let (_, user, origin, input) = self.is_asked(stage);
            Part { at_ms: now_ms(), input, from: Some(user), origin }
        });
        let parts = parts.collect();
        self.n += 1;
        let entry = Entry { n: self.n, parts, suspect: false };
        write(JournalMessage::Append { room_id: self.room.plan().room_id.clone(), entry });
    }

    fn is_asked(&self, stage: &mut Stage) -> (Uid, Handle<UserMessage>, Option<Origin>, Input) {
        match stage.room_hears(self.handle) {
            RoomMessage::Command { uid, user, op, origin, command } => {
                (uid.clone(), user, origin, Input::Command { uid, op, command })
            }
            other => panic!("expected a command, got {other:?}"),
        }
    }

    /// Takes the next question as far as that.
    pub fn takes(&mut self, stage: &mut Stage, dies: Dies) {
        let (uid, user, origin, input) = self.is_asked(stage);
        self.n += 1;
        let (n, at_ms, room_id) = (self.n, now_ms(), self.room.plan().room_id.clone());
        let part = Part { at_ms, input: input.clone(), from: Some(user), origin: origin.clone() };
        let entry = Entry { n, parts: vec![part], suspect: false };
        write(JournalMessage::Append { room_id: room_id.clone(), entry });
        if dies == Dies::Unlooked {
            return;
        }
        let effects = self.room.handle(at_ms, input);
        let answered = origin.and_then(|origin| answer_to(origin, &effects)).into_iter().collect();
        write(JournalMessage::Done { room_id: room_id.clone(), n, answered });
        for (to, said) in self.letters(&uid, user, effects) {
            let told = match dies {
                Dies::Unlooked | Dies::Untold => false,
                Dies::Unanswered => to != user,
                Dies::AnsweredAlone => to == user,
                Dies::Told => true,
            };
            if told {
                to.send(UserMessage::Room { room_id: room_id.packed().expect("a room's id"), n, said });
            }
        }
    }

    fn letters(
        &mut self,
        asking: &Uid,
        user: Handle<UserMessage>,
        effects: Vec<Effect>,
    ) -> Vec<(Handle<UserMessage>, Vec<FromRoom>)> {
        let mut letters = Vec::<(Handle<UserMessage>, Vec<FromRoom>)>::new();
        let mut post = |to, what| match letters.iter_mut().find(|(receiver, _)| *receiver == to) {
            Some((_, said)) => said.push(what),
            None => letters.push((to, vec![what])),
        };
        for effect in effects {
            match effect {
                Effect::Admitted(uid) => {
                    assert_eq!(uid, *asking);
                    self.members.admit(uid, user);
                }
                Effect::Tell { to, event } => {
                    let told = |uid: &Uid| match &to {
                        To::Everyone => true,
                        To::Only(only) => only == uid,
                    };
                    for (_, member) in self.members.0.iter().filter(|(uid, _)| told(uid)) {
                        post(*member, FromRoom::Event(EncodedEvent::new(&event)));
                    }
                }
                Effect::Reply { op, result, .. } => post(user, FromRoom::Reply(op, result)),
                effect @ (Effect::Released(_) | Effect::Seek(_) | Effect::Closed) => {
                    panic!("nobody leaves this room: {effect:?}")
                }
            }
        }
        letters
    }

    /// Dies. Its users ask where it is now, and a real room takes its place.
    pub fn dies(self, stage: &mut Stage) {
        self.handle.kill();
        let (plan, limits, log_level) = (self.room.plan().clone(), limits(), LogLevel::Warn);
        let args = RoomArgs { plan, limits, pace_ms: settings().room_pace_ms, log_level, again: true };
        let again = spawn(args, room::run, &LIMITS).expect("there is room for a process");
        for _ in &self.members.0 {
            self.is_looked_for(stage, again);
        }
    }

    /// The room manager is asked for this room, and says that it is there.
    fn is_looked_for(&self, stage: &mut Stage, room: Handle<RoomMessage>) {
        loop {
            match stage.room_manager_hears(self.rooms) {
                RoomManagerMessage::Ask { user, op, ask: Ask::Find { room_id }, .. } => {
                    assert_eq!(room_id, self.room.plan().room_id);
                    let answer = RoomsAnswer::Found(Ok((room_id, room)));
                    return user.send(UserMessage::Rooms { op, answer });
                }
                // The real room tells what it is like.
                RoomManagerMessage::Changed { .. } => {}
                other => panic!("expected to be asked for the room, got {other:?}"),
            }
        }
    }
}

fn answer_to(origin: Origin, effects: &[Effect]) -> Option<Answered> {
    effects.iter().find_map(|effect| match effect {
        Effect::Reply { to, result, .. } => {
            Some(Answered { uid: to.clone(), origin: origin.clone(), result: result.clone() })
        }
        Effect::Admitted(_) | Effect::Released(_) | Effect::Tell { .. } | Effect::Seek(_) | Effect::Closed => None,
    })
}

fn write(message: JournalMessage) {
    journal().expect("the journal is there").send(message);
}

/// An action of Ann's and one of Bob's are dealt with in one go when the room dies; says their `ref`s.
pub fn dies_over_two_actions(stage: &mut Stage) -> ([Player; 2], [u64; 2]) {
    let (mut former, mut players) = FormerRoom::in_game(stage);
    let asked = [0, 1].map(|seat: usize| players[seat].say(action(&seat.to_string())));
    former.takes_together(stage, 2);
    former.dies(stage);
    (players, asked)
}

/// An action of Ann's is under way when the room dies so; says its `ref`.
pub fn dies_over_anns_action(stage: &mut Stage, dies: Dies) -> ([Player; 2], u64) {
    let (mut former, mut players) = FormerRoom::in_game(stage);
    let asked = players[0].say(action("1"));
    former.takes(stage, dies);
    former.dies(stage);
    (players, asked)
}
