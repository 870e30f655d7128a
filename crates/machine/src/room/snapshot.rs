//! The room as one member may see it, and its line in the lobby.

use umbra_game::Viewer;
use umbra_protocol::{GameValue, PlayerInfo, RoomSnapshot, RoomSummary, SpectatorInfo, Turn, Uid};

use super::{Room, game_seat};

impl Room {
    /// Everything that `uid` may know just now, and no more: views are made for one viewer.
    pub fn snapshot_for(&self, uid: &Uid) -> RoomSnapshot {
        let players = self.roster.players().map(|(seat, player)| PlayerInfo {
            seat,
            uid: player.uid.clone(),
            user_name: player.user_name.clone(),
            online: player.online(),
            ready: player.ready,
        });
        let spectators = self
            .roster
            .spectators
            .iter()
            .map(|spectator| SpectatorInfo { uid: spectator.uid.clone(), user_name: spectator.user_name.clone() });
        RoomSnapshot {
            room_id: self.plan.room_id.clone(),
            game: self.plan.game.clone(),
            phase: self.phase(),
            host: self.host(),
            private: self.plan.private,
            seats: self.plan.seats,
            options: GameValue::trusted(self.plan.options.clone()),
            players: players.collect(),
            spectators: spectators.collect(),
            my_seat: self.roster.seat_of(uid),
            turn: self.turn(),
            view: self.view_for(uid),
            last_outcome: self.last_outcome.clone(),
        }
    }

    /// The room's line in the lobby; `None` when it is private or waits for its creator.
    pub fn summary(&self) -> Option<RoomSummary> {
        if self.plan.private || self.closed || self.roster.taken() == 0 {
            return None;
        }
        Some(RoomSummary {
            room_id: self.plan.room_id.clone(),
            game: self.plan.game.clone(),
            phase: self.phase(),
            // Invariant: there are at most 255 seats.
            seats_taken: self.roster.taken() as u8,
            seats: self.plan.seats,
            host: self.host(),
        })
    }

    pub(super) fn turn(&self) -> Option<Turn> {
        self.play.as_ref()?.wire_turn()
    }

    pub(super) fn view_for(&self, uid: &Uid) -> Option<GameValue> {
        let play = self.play.as_ref()?;
        let viewer = self.roster.seat_of(uid).map_or(Viewer::Spectator, |seat| Viewer::Seat(game_seat(seat)));
        Some(GameValue::trusted(play.game.view(viewer)))
    }

    fn host(&self) -> Uid {
        // A snapshot is only made for members, and while there are members there is a host.
        self.roster.host().cloned().unwrap_or_else(|| self.plan.creator.clone())
    }
}
