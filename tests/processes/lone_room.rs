//! A real room among puppets: its members are played by the test.

use umbra::process::messages::{FromRoom, RoomMessage, UserMessage};
use umbra::process::room::{self, RoomArgs};
use umbra_machine::room::{Command, OpId, RoomLimits, RoomPlan};
use umbra_machine::settings::LogLevel;
use umbra_otp::{Handle, spawn};
use umbra_protocol::{JoinAs, RoomId, Uid, UserName};

use crate::player::Outcome;
use crate::server::settings;
use crate::stage::{LIMITS, Stage};

/// A real room, and Ann in it, played by the test.
pub struct LoneRoom {
    pub room: Handle<RoomMessage>,
    pub ann: Handle<UserMessage>,
}

pub fn uid(name: &str) -> Uid {
    Uid(name.into())
}

pub fn join(name: &str) -> Command {
    Command::Join { user_name: UserName::parse(name).expect("a name"), join_as: JoinAs::Player }
}

impl LoneRoom {
    pub fn new(stage: &mut Stage) -> Self {
        Self::with_pace(stage, settings().room_pace_ms)
    }

    pub fn with_pace(stage: &mut Stage, pace_ms: u64) -> Self {
        let plan = RoomPlan {
            room_id: RoomId("REALRM".into()),
            game: "relay".into(),
            options: r#"{"autoStart":false}"#.into(),
            seats: 8,
            private: true,
            creator: uid("ann"),
            seed: 7,
        };
        let limits = RoomLimits::of(&settings());
        let args = RoomArgs { plan, limits, pace_ms, log_level: LogLevel::Warn, again: false };
        let room = spawn(args, room::run, &LIMITS).expect("there is room for a process");
        let ann = stage.puppet();
        let lone = Self { room, ann };
        lone.command("ann", ann, 1, join("ann"));
        assert!(lone.reply(stage, ann, 1).is_ok());
        lone
    }

    pub fn command(&self, who: &str, user: Handle<UserMessage>, op: u64, command: Command) {
        self.room.send(RoomMessage::Command { uid: uid(who), user, op: OpId(op), origin: None, command });
    }

    /// Waits for a reply to this user.
    pub fn reply(&self, stage: &mut Stage, user: Handle<UserMessage>, op: u64) -> Outcome {
        loop {
            if let UserMessage::Room { said, .. } = stage.user_hears(user) {
                for what in said {
                    if let FromRoom::Reply(OpId(to), outcome) = what {
                        assert_eq!(to, op);
                        return outcome;
                    }
                }
            }
        }
    }
}
