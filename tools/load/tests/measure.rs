//! The measurements against a server of known behaviour, in windows as short as can be.

mod fake_server;

use std::time::Duration;

use fake_server::FakeServer;
use umbra_load::cycles::Visits;
use umbra_load::load::{self, Figures, Pace, Plan};
use umbra_load::server::Server;
use umbra_load::{cycles, idle};
use umbra_protocol::Subprotocol;

const WINDOW: Duration = Duration::from_millis(300);

async fn play(subprotocol: Subprotocol, pace: Pace, loses_every: Option<u64>) -> Figures {
    let server = Server::running(FakeServer::start(loses_every).await);
    let warm_up = Duration::from_millis(50);
    let plan = Plan { subprotocol, users: 16, room_size: 4, value_bytes: 64, pace, warm_up, window: WINDOW };
    load::run(&server, plan).await.unwrap()
}

#[tokio::test]
async fn a_closed_loop_keeps_every_player_busy_and_misses_nothing() {
    for subprotocol in [Subprotocol::Json, Subprotocol::Bincode] {
        let figures = play(subprotocol, Pace::Closed, None).await;
        assert!(figures.events_per_second > 500.0, "{figures:?}");
        assert_eq!((figures.missing, figures.refused), (0, 0), "{figures:?}");
        assert!(figures.p50 <= figures.p99 && figures.p99 <= figures.p999, "{figures:?}");
    }
}

#[tokio::test]
async fn an_open_loop_delivers_what_the_timetable_says() {
    for subprotocol in [Subprotocol::Json, Subprotocol::Bincode] {
        let figures = play(subprotocol, Pace::Open { events_per_second: 2000.0 }, None).await;
        // The timetable does not depend on how busy the machine is: late actions count from when they were due.
        assert!((1980.0..=2020.0).contains(&figures.events_per_second), "{figures:?}");
        assert_eq!((figures.missing, figures.refused), (0, 0), "{figures:?}");
    }
}

#[tokio::test]
async fn events_that_never_come_are_counted_as_missing() {
    let figures = play(Subprotocol::Json, Pace::Open { events_per_second: 4000.0 }, Some(10)).await;
    // 300 actions are due in the window, and one delivery of every tenth is lost.
    assert!((29..=31).contains(&figures.missing), "{figures:?}");
}

#[tokio::test]
async fn visitors_come_and_go() {
    let addr = FakeServer::start(None).await;
    let Visits { per_second, alone } = cycles::run(&addr, Subprotocol::Json, 8, WINDOW).await.unwrap();
    assert!(per_second > 10.0, "{per_second}");
    let steps = [alone.connect, alone.sign_in, alone.join, alone.leave];
    assert!(steps.iter().all(|step| (Duration::from_micros(1)..WINDOW).contains(step)), "{alone:?}");
}

#[tokio::test]
async fn the_memory_of_a_server_started_elsewhere_is_refused_and_not_guessed() {
    let server = Server::running(FakeServer::start(None).await);
    assert!(idle::run(&server, Subprotocol::Json, 8, 8).await.is_err());
}

#[tokio::test]
async fn a_server_that_ends_at_once_is_reported_with_what_it_printed() {
    let error = Server::start("echo no settings like these").await.unwrap_err().to_string();
    assert!(error.contains("ended at once") && error.contains("no settings like these"), "{error}");
}

#[tokio::test]
async fn users_that_do_not_fill_their_rooms_are_refused() {
    let server = Server::running("127.0.0.1:1".into());
    let plan = Plan {
        subprotocol: Subprotocol::Json,
        users: 9,
        room_size: 8,
        value_bytes: 64,
        pace: Pace::Closed,
        warm_up: WINDOW,
        window: WINDOW,
    };
    let error = load::run(&server, plan).await.unwrap_err();
    assert!(error.to_string().contains("do not fill rooms of 8"), "{error}");
}
