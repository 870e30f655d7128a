//! The registry of rooms: ids, the list of the lobby, and where a quick join goes.

use umbra_machine::directory::{PROMISE_MS, ROOMS_LISTED_MAX, RoomDirectory, Wish};
use umbra_machine::room::RoomPlan;
use umbra_protocol::{Phase, RoomId, RoomSummary, Uid};

const NOW_MS: u64 = 1_000;

/// Rooms whose handles are their numbers.
struct Lobby(RoomDirectory<usize>);

fn id(n: usize) -> RoomId {
    RoomId(format!("R{n:05}").into())
}

fn plan(n: usize, game: &str, seats: u8) -> RoomPlan {
    let (game, options, creator) = (game.to_owned(), "{}".to_owned(), Uid("ann".into()));
    RoomPlan { room_id: id(n), game, options, seats, private: false, creator, seed: 0 }
}

fn wish() -> Wish {
    Wish {
        game: "relay".to_owned(),
        seats: 4,
        any_seats: true,
        options: "{}".to_owned(),
        any_options: true,
        seed: None,
    }
}

impl Lobby {
    fn new() -> Self {
        Self(RoomDirectory::new(1_000))
    }

    /// Room `n` of relay for four, with so many seats taken.
    fn room(&mut self, n: usize, taken: u8) {
        self.0.insert(plan(n, "relay", 4), n);
        self.tell(n, Phase::Waiting, taken);
    }

    fn tell(&mut self, n: usize, phase: Phase, seats_taken: u8) {
        let host = Uid("ann".into());
        let summary = RoomSummary { room_id: id(n), game: "relay".to_owned(), phase, seats_taken, seats: 4, host };
        self.0.update(&id(n), Some(summary));
    }

    fn quick_at(&mut self, now_ms: u64) -> Option<usize> {
        self.0.quick(now_ms, &wish(), &[]).map(|(_, handle)| *handle)
    }

    fn quick(&mut self) -> Option<usize> {
        self.quick_at(NOW_MS)
    }

    fn listed(&self, game: Option<&str>) -> Vec<RoomId> {
        self.0.list(game).into_iter().map(|summary| summary.room_id).collect()
    }
}

#[test]
fn a_new_id_is_one_that_no_room_has() {
    let mut lobby = Lobby::new();
    let taken = RoomId::from_random(7);
    lobby.0.insert(RoomPlan { room_id: taken.clone(), ..plan(1, "relay", 4) }, 1);
    let mut random = [7, 7, 8].into_iter();
    let free = lobby.0.free_id(|| random.next().expect("asked three times at most"));
    assert_eq!(free, RoomId::from_random(8));
}

#[test]
fn as_many_rooms_as_may_be_and_then_it_is_full() {
    let mut directory = RoomDirectory::new(2);
    directory.insert(plan(1, "relay", 4), 1);
    assert!(!directory.full());
    directory.insert(plan(2, "relay", 4), 2);
    assert!(directory.full());
    assert_eq!(
        (directory.remove(&id(1)), directory.remove(&id(1))),
        (Some(1), None),
        "forgetting twice changes nothing"
    );
    assert_eq!((directory.full(), directory.len(), directory.find(&id(2))), (false, 1, Some(&2)));
}

#[test]
fn a_room_is_listed_from_when_it_tells_of_itself_until_it_wants_to_be_listed_no_more() {
    let mut lobby = Lobby::new();
    lobby.0.insert(plan(1, "relay", 4), 1);
    assert_eq!(lobby.listed(None), []);
    lobby.tell(1, Phase::Waiting, 1);
    assert_eq!(lobby.listed(None), [id(1)]);
    lobby.0.update(&id(1), None);
    assert_eq!(lobby.listed(None), []);
    lobby.tell(9, Phase::Waiting, 1);
    assert_eq!(lobby.listed(None), [], "nobody knows room 9");
}

#[test]
fn rooms_that_can_be_joined_are_listed_first_and_the_newest_of_them_before_all() {
    let mut lobby = Lobby::new();
    lobby.room(1, 1);
    lobby.room(2, 4);
    lobby.room(3, 1);
    lobby.room(4, 1);
    lobby.tell(4, Phase::InGame, 1);
    assert_eq!(lobby.listed(None), [id(3), id(1), id(4), id(2)]);
}

#[test]
fn a_list_can_be_of_one_game() {
    let mut lobby = Lobby::new();
    lobby.room(1, 1);
    assert_eq!(lobby.listed(Some("relay")), [id(1)]);
    assert_eq!(lobby.listed(Some("undercover")), []);
}

#[test]
fn a_list_is_no_longer_than_it_may_be_and_drops_the_oldest() {
    let mut lobby = Lobby::new();
    (1..=ROOMS_LISTED_MAX).for_each(|n| lobby.room(n, 1));
    assert_eq!(lobby.listed(None).len(), ROOMS_LISTED_MAX);
    lobby.room(ROOMS_LISTED_MAX + 1, 1);
    let listed = lobby.listed(None);
    assert_eq!((listed.len(), listed.contains(&id(1))), (ROOMS_LISTED_MAX, false));
}

#[test]
fn a_quick_join_goes_to_the_fullest_room_and_of_equals_to_the_oldest() {
    let mut lobby = Lobby::new();
    lobby.room(1, 1);
    lobby.room(2, 3);
    lobby.room(3, 3);
    assert_eq!(lobby.quick(), Some(2));
}

#[test]
fn a_seat_is_promised_to_one_quick_joiner_only() {
    let mut lobby = Lobby::new();
    lobby.room(1, 2);
    assert_eq!([lobby.quick(), lobby.quick(), lobby.quick()], [Some(1), Some(1), None]);
}

#[test]
fn whoever_sits_down_keeps_a_promise_and_the_others_hold() {
    let mut lobby = Lobby::new();
    lobby.room(1, 1);
    assert_eq!([lobby.quick(), lobby.quick()], [Some(1), Some(1)]);
    lobby.tell(1, Phase::Waiting, 2);
    assert_eq!([lobby.quick(), lobby.quick()], [Some(1), None]);
}

#[test]
fn a_promise_that_nobody_keeps_lapses() {
    let mut lobby = Lobby::new();
    lobby.room(1, 3);
    assert_eq!(lobby.quick(), Some(1));
    assert_eq!(lobby.quick_at(NOW_MS + PROMISE_MS - 1), None);
    assert_eq!(lobby.quick_at(NOW_MS + PROMISE_MS), Some(1));
}

#[test]
fn a_quick_join_goes_to_no_room_that_is_full_in_game_unlisted_or_tried_before() {
    let mut lobby = Lobby::new();
    lobby.room(1, 4);
    lobby.room(2, 2);
    lobby.tell(2, Phase::InGame, 2);
    lobby.room(3, 2);
    lobby.0.update(&id(3), None);
    lobby.room(4, 2);
    let not = [id(4)];
    assert_eq!(lobby.0.quick(NOW_MS, &wish(), &not).map(|(id, _)| id), None);
    assert_eq!(lobby.quick(), Some(4));
}

#[test]
fn a_quick_join_goes_to_what_was_asked_for_and_to_anything_else_where_nothing_was() {
    let mut lobby = Lobby::new();
    lobby.room(1, 1);
    let no = |wish: Wish, lobby: &mut Lobby| lobby.0.quick(NOW_MS, &wish, &[]).is_none();
    assert!(no(Wish { game: "undercover".to_owned(), ..wish() }, &mut lobby));
    assert!(no(Wish { seats: 3, any_seats: false, ..wish() }, &mut lobby));
    assert!(no(Wish { options: "[]".to_owned(), any_options: false, ..wish() }, &mut lobby));
    assert!(!no(Wish { seats: 4, any_seats: false, any_options: false, ..wish() }, &mut lobby));
}
