//! The whole server, but for its connections, in a simulated runtime.

mod busy;

use std::cell::Cell;
use std::convert::Infallible;
use std::rc::Rc;

use umbra_otp::sim::{Explorer, Fate, Fifo, HostCall, Random, What, World, WorldOptions};
use umbra_protocol::Event;
use umbra_sim_tests::tictactoe::{MARKS, play, sit_down};
use umbra_sim_tests::{Client, Server, settings};

fn ids(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(Event::id).collect()
}

#[test]
fn a_match_is_played_to_its_end_in_no_time() {
    let server = Server::start(World::default(), settings());
    let [ann, bob] = play(&server);
    assert_eq!(server.world.passed_ms(), 0);
    for player in [&ann, &bob] {
        assert_eq!(player.events.iter().filter(|event| event.id() == "GAME_EVENT").count(), MARKS.len());
        let over = player.events.iter().filter_map(|event| match event {
            Event::GameOver { outcome } => Some(outcome.as_str().to_owned()),
            _ => None,
        });
        assert_eq!(over.collect::<Vec<_>>(), [r#"{"result":"WIN","winner":0}"#]);
        assert!(player.replies.iter().all(|(_, outcome)| outcome.is_ok()), "{:?}", player.replies);
    }
    assert_eq!(*server.world.deaths(), []);
}

#[test]
fn a_turn_that_is_not_taken_in_time_is_forfeited_in_fake_time() {
    let server = Server::start(World::default(), settings());
    let mut players = sit_down(&server);
    server.pass(&mut players, 29_999);
    assert!(!ids(&players[1].events).contains(&"GAME_OVER"));
    server.pass(&mut players, 1);
    assert!(ids(&players[1].events).contains(&"GAME_OVER"));
}

/// Plays the match with the room killed before its how many-th call behind the first message, by which the journal learns of
/// it; gives what both were told, and whether the room came so far.
fn with_the_room_killed_before(nth: u64) -> ([Client; 2], bool) {
    let world = World::new(Fifo, WorldOptions::default());
    let (known_at, killed) = (Cell::new(None), Rc::new(Cell::new(false)));
    let told = Rc::clone(&killed);
    world.watch(move |call: &HostCall<'_>| {
        if !call.kind.ends_with("::RoomMessage") {
            return Fate::GoesOn;
        }
        if known_at.get().is_none() && matches!(call.what, What::Send(_)) {
            known_at.set(Some(call.nth_of_kind));
        }
        if known_at.get().is_some_and(|known_at| call.nth_of_kind == known_at.saturating_add(nth)) {
            told.set(true);
            return Fate::IsKilled;
        }
        Fate::GoesOn
    });
    let server = Server::start(world, settings());
    let players = play(&server);
    (players, killed.get())
}

#[test]
fn a_match_goes_on_exactly_whenever_its_room_is_killed() {
    let (undisturbed, _) = with_the_room_killed_before(u64::MAX);
    for nth in 1.. {
        let (players, killed) = with_the_room_killed_before(nth);
        if !killed {
            assert!(nth > 80, "a room makes more calls in a match than {nth}");
            return;
        }
        // Shown only if it fails.
        println!("killed before call {nth}");
        assert_undisturbed(&players, &undisturbed);
    }
}

/// Whatever a player sees is what it sees in an undisturbed match, and in this order.
fn assert_undisturbed(players: &[Client; 2], undisturbed: &[Client; 2]) {
    for (player, undisturbed) in players.iter().zip(undisturbed) {
        assert_eq!(player.events, undisturbed.events);
        assert_eq!(player.replies, undisturbed.replies);
    }
}

#[test]
fn a_match_comes_to_the_same_end_wherever_its_course_is_left_once() {
    let undisturbed = play(&Server::start(World::default(), settings()));
    let explored = Explorer::new(1).explore(10_000, |guided| {
        let server = Server::start(World::new(guided, WorldOptions::default()), settings());
        assert_undisturbed(&play(&server), &undisturbed);
        Ok::<(), Infallible>(())
    });
    let explored = explored.unwrap_or_else(|never| match never.error {});
    assert!(explored.all && explored.runs > 100, "{explored:?}");
}

#[test]
fn a_match_comes_to_the_same_end_under_any_schedule() {
    let undisturbed = play(&Server::start(World::default(), settings()));
    for seed in 0..50 {
        let server = Server::start(World::new(Random::new(seed, 0.1), WorldOptions::default()), settings());
        let players = play(&server);
        // Shown only if it fails.
        println!("seed {seed}, trail {}", server.world.trail());
        assert_undisturbed(&players, &undisturbed);
    }
}
