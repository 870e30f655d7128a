//! Who is in the room: seats by position, spectators, and the host.

use serde::{Deserialize, Serialize};
use umbra_protocol::{Seat, Uid, UserName};

use super::OpId;

/// A player on a seat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Player {
    pub uid: Uid,
    pub user_name: UserName,
    pub ready: bool,
    pub presence: Presence,
    /// The last question that was answered.
    answered: Option<OpId>,
}

/// Whether a player's connection lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Presence {
    Online,
    /// Lost; the seat is kept until then, or as long as it takes.
    Offline {
        leaves_at_ms: Option<u64>,
    },
}

/// Somebody who watches. A spectator without a connection is no spectator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Spectator {
    pub uid: Uid,
    pub user_name: UserName,
    /// The last question that was answered.
    answered: Option<OpId>,
}

/// Everybody in the room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Roster {
    seats: Vec<Option<Player>>,
    pub spectators: Vec<Spectator>,
    host: Option<Uid>,
}

impl Player {
    /// Who is here now and has asked nothing.
    pub fn new(uid: Uid, user_name: UserName) -> Self {
        Self { uid, user_name, ready: false, presence: Presence::Online, answered: None }
    }

    pub fn online(&self) -> bool {
        self.presence == Presence::Online
    }
}

impl Spectator {
    /// Who has asked nothing.
    pub fn new(uid: Uid, user_name: UserName) -> Self {
        Self { uid, user_name, answered: None }
    }
}

impl Roster {
    pub fn new(seats: u8) -> Self {
        Self { seats: vec![None; usize::from(seats)], spectators: Vec::new(), host: None }
    }

    /// The taken seats, ascending.
    pub fn players(&self) -> impl Iterator<Item = (Seat, &Player)> {
        self.seats.iter().enumerate().filter_map(|(i, player)| player.as_ref().map(|player| (seat_at(i), player)))
    }

    pub fn players_mut(&mut self) -> impl Iterator<Item = (Seat, &mut Player)> {
        self.seats.iter_mut().enumerate().filter_map(|(i, player)| player.as_mut().map(|player| (seat_at(i), player)))
    }

    pub fn player(&self, seat: Seat) -> Option<&Player> {
        self.seats.get(usize::from(seat.0))?.as_ref()
    }

    pub fn player_mut(&mut self, uid: &Uid) -> Option<(Seat, &mut Player)> {
        self.players_mut().find(|(_, player)| player.uid == *uid)
    }

    pub fn seat_of(&self, uid: &Uid) -> Option<Seat> {
        self.seats.iter().position(|player| player.as_ref().is_some_and(|player| player.uid == *uid)).map(seat_at)
    }

    pub fn contains(&self, uid: &Uid) -> bool {
        self.player_of(uid).is_some() || self.spectator_of(uid).is_some()
    }

    pub fn user_name(&self, uid: &Uid) -> Option<&UserName> {
        let player = self.player_of(uid).map(|player| &player.user_name);
        player.or_else(|| self.spectator_of(uid).map(|spectator| &spectator.user_name))
    }

    fn player_of(&self, uid: &Uid) -> Option<&Player> {
        self.seats.iter().flatten().find(|player| player.uid == *uid)
    }

    fn spectator_of(&self, uid: &Uid) -> Option<&Spectator> {
        self.spectators.iter().find(|spectator| spectator.uid == *uid)
    }

    pub fn taken(&self) -> usize {
        self.seats.iter().flatten().count()
    }

    pub fn free_seat(&self) -> Option<Seat> {
        self.seats.iter().position(Option::is_none).map(seat_at)
    }

    /// Sits `player` down on a free seat. The first player is the host.
    pub fn sit(&mut self, seat: Seat, player: Player) {
        self.host.get_or_insert_with(|| player.uid.clone());
        self.seats[usize::from(seat.0)] = Some(player);
    }

    /// Takes somebody out; `Some(None)` for a spectator, `None` when nobody of that uid is here.
    pub fn remove(&mut self, uid: &Uid) -> Option<Option<Seat>> {
        if let Some(seat) = self.seat_of(uid) {
            self.seats[usize::from(seat.0)] = None;
            return Some(Some(seat));
        }
        let at = self.spectators.iter().position(|spectator| spectator.uid == *uid)?;
        self.spectators.remove(at);
        Some(None)
    }

    /// Whether a member's question is one that was answered: it comes again when its answer was lost with the process that
    /// gave it, and that answer is given again without it.
    pub fn has_answered(&self, uid: &Uid, op: OpId) -> bool {
        let player = self.player_of(uid).map(|player| player.answered);
        let member = player.or_else(|| self.spectator_of(uid).map(|spectator| spectator.answered));
        member.flatten().is_some_and(|answered| op <= answered)
    }

    /// A member's questions are numbered anew.
    pub fn forget_answers(&mut self, uid: &Uid) {
        self.note_answered(uid, None);
    }

    /// A question is answered; remembered as long as who asked is a member.
    pub fn answer(&mut self, uid: &Uid, op: OpId) {
        self.note_answered(uid, Some(op));
    }

    fn note_answered(&mut self, uid: &Uid, answered: Option<OpId>) {
        if let Some((_, player)) = self.player_mut(uid) {
            player.answered = answered;
        } else if let Some(spectator) = self.spectators.iter_mut().find(|spectator| spectator.uid == *uid) {
            spectator.answered = answered;
        }
    }

    pub fn host(&self) -> Option<&Uid> {
        self.host.as_ref()
    }

    pub fn is_host(&self, uid: &Uid) -> bool {
        self.host.as_ref() == Some(uid)
    }

    /// Makes the lowest online seat the host (else the lowest seat). Says who it is, if that is a change.
    pub fn pass_host(&mut self) -> Option<Uid> {
        let online = self.players().find(|(_, player)| player.online());
        let next = online.or_else(|| self.players().next()).map(|(_, player)| player.uid.clone());
        if next == self.host {
            return None;
        }
        self.host.clone_from(&next);
        next
    }

    /// Whether the host has left or is away.
    pub fn host_is_missing(&self) -> bool {
        !self.players().any(|(_, player)| self.is_host(&player.uid) && player.online())
    }

    pub fn anybody_online(&self) -> bool {
        self.players().any(|(_, player)| player.online())
    }

    /// When the next absent player leaves, Unix milliseconds.
    pub fn next_leave(&self) -> Option<u64> {
        self.seats.iter().flatten().filter_map(Player::leaves_at).min()
    }

    /// The absent players whose time is up.
    pub fn due_to_leave(&self, now_ms: u64) -> Vec<Uid> {
        let due = |player: &Player| player.leaves_at().is_some_and(|at| at <= now_ms);
        self.players().filter(|(_, player)| due(player)).map(|(_, player)| player.uid.clone()).collect()
    }

    /// Who is away.
    pub fn absent(&self) -> Vec<Uid> {
        self.players().filter(|(_, player)| !player.online()).map(|(_, player)| player.uid.clone()).collect()
    }

    /// Everybody, players first.
    pub fn uids(&self) -> Vec<Uid> {
        let players = self.players().map(|(_, player)| player.uid.clone());
        players.chain(self.spectators.iter().map(|spectator| spectator.uid.clone())).collect()
    }
}

impl Player {
    fn leaves_at(&self) -> Option<u64> {
        match self.presence {
            Presence::Online => None,
            Presence::Offline { leaves_at_ms } => leaves_at_ms,
        }
    }
}

fn seat_at(index: usize) -> Seat {
    // Invariant: a roster is made with at most 255 seats.
    Seat(u8::try_from(index).expect("a room has at most 255 seats"))
}
