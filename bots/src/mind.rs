//! BOTS, the mind: a twin. What is told goes in, what the bot wants to ask for comes out: sit down, get ready, start, play.

mod table;

use std::time::Duration;

use umbra_client_core::{ClientError, ClientEvent};
use umbra_protocol::{ClientMessage, ErrorCode, HelloOk, JoinAs, OkBody, RoomId, RoomSpec, Uid};

use crate::play;
use crate::settings::Settings;
use table::Table;

/// How long a bot thinks, from and to. People are to see what happens.
const THOUGHT_MS: [u64; 2] = [150, 600];
/// After a refusal that may pass.
const LATER: Duration = Duration::from_secs(2);

/// What a bot wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// To hear more first.
    Nothing,
    /// To do something after so much thought: then ask [`Mind::act`].
    Think(Duration),
    /// To go: there is no seat for it.
    GiveUp(String),
}

/// What one bot knows and wants.
#[derive(Debug)]
pub struct Mind {
    room: Option<RoomId>,
    spec: RoomSpec,
    random: fastrand::Rng,
    me: Option<Uid>,
    online: bool,
    table: Option<Table>,
    /// Something is asked and has no answer yet.
    asking: Option<Asked>,
    /// After a refusal.
    later: bool,
    gave_up: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Seat,
    Move,
    Other,
}

impl Mind {
    /// Of a bot that is not signed in yet. `seed` draws what it does.
    pub fn new(settings: &Settings, seed: u64) -> Self {
        let seats = u8::try_from(settings.count).ok().filter(|seats| play::seats(&settings.game).contains(seats));
        Self {
            room: settings.room.clone(),
            spec: RoomSpec { game: settings.game.clone(), seats, options: None },
            random: fastrand::Rng::with_seed(seed),
            me: None,
            online: false,
            table: None,
            asking: None,
            later: false,
            gave_up: None,
        }
    }

    /// The server knows this bot.
    pub fn signed_in(&mut self, hello: &HelloOk) {
        self.me = Some(hello.uid.clone());
    }

    /// Something happened; returns what is worth a line in the log.
    pub fn told(&mut self, event: &ClientEvent) -> Option<String> {
        match event {
            ClientEvent::Online { .. } => self.online = true,
            ClientEvent::Sync { room, .. } => {
                self.table = room.as_deref().map(Table::new);
                return self.table.as_ref().map(|table| format!("back in room {}", table.room_id()));
            }
            ClientEvent::Event { event, .. } => {
                let table = self.table.as_mut()?;
                let heard = table.hear(event, self.me.as_ref());
                if heard.left {
                    self.table = None;
                }
                return heard.news;
            }
            ClientEvent::Offline { .. } => self.online = false,
            ClientEvent::Draining { .. }
            | ClientEvent::Unknown { .. }
            | ClientEvent::Unreadable { .. }
            | ClientEvent::Misread(_)
            | ClientEvent::Closed(_) => {}
        }
        None
    }

    /// What was asked for has its answer; returns what is worth a line in the log.
    pub fn answered(&mut self, result: Result<OkBody, ClientError>) -> Option<String> {
        let asked = self.asking.take();
        match result {
            Ok(OkBody::Room(room)) => {
                let news = format!("sits in room {} on seat {:?}", room.room_id, room.my_seat.map(|seat| seat.0));
                self.table = Some(Table::new(&room));
                Some(news)
            }
            Ok(OkBody::Empty | OkBody::Answer(_) | OkBody::Rooms(_) | OkBody::Hello(_)) => None,
            Err(ClientError::Refused(error)) => {
                let hopeless =
                    matches!(error.code, ErrorCode::RoomFull | ErrorCode::UnknownGame | ErrorCode::BadOptions)
                        || (error.code == ErrorCode::RoomNotFound && self.room.is_some());
                if asked == Some(Asked::Seat) && hopeless {
                    self.gave_up = Some(error.message);
                    return None;
                }
                self.later = true;
                if let (Some(Asked::Move), Some(table)) = (asked, &mut self.table) {
                    table.refused();
                }
                // The room may have changed in that moment; whatever else is refused shows in the log.
                Some(format!("was refused: {}", error.message))
            }
            Err(error) => Some(error.to_string()),
        }
    }

    /// What it wants now.
    pub fn wants(&mut self) -> Next {
        if let Some(why) = &self.gave_up {
            return Next::GiveUp(why.clone());
        }
        if !self.online || self.asking.is_some() || self.wish().is_none() {
            return Next::Nothing;
        }
        if std::mem::take(&mut self.later) {
            return Next::Think(LATER);
        }
        Next::Think(Duration::from_millis(self.random.u64(THOUGHT_MS[0]..=THOUGHT_MS[1])))
    }

    /// What it asks for, having thought; nothing, if that has passed meanwhile.
    pub fn act(&mut self) -> Option<ClientMessage> {
        if !self.online || self.asking.is_some() {
            return None;
        }
        let (asked, message) = self.wish()?;
        self.asking = Some(asked);
        // Now and not with the answer, which comes after the next turn has begun.
        if let (Asked::Move, Some(table)) = (asked, &mut self.table) {
            table.moves();
        }
        Some(message)
    }

    fn wish(&mut self) -> Option<(Asked, ClientMessage)> {
        let Some(table) = &self.table else {
            let message = match &self.room {
                Some(room_id) => ClientMessage::RoomJoin { room_id: room_id.clone(), join_as: JoinAs::Player },
                None => ClientMessage::RoomQuickJoin { spec: self.spec.clone() },
            };
            return Some((Asked::Seat, message));
        };
        if table.in_game() {
            let action = table.choose(&mut self.random)?;
            return Some((Asked::Move, ClientMessage::GameAction { action }));
        }
        table.before_the_match(self.me.as_ref()?).map(|message| (Asked::Other, message))
    }
}
