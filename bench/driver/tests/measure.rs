//! The measurements against servers of known behaviour: the bare one, which is quick, and small ones that speak the other
//! languages or fail in one way each.

mod foreign;

use std::time::Duration;

use foreign::Foreign;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;
use umbra_bench::dialect::Dialect;
use umbra_bench::dialect::colyseus::Colyseus;
use umbra_bench::dialect::plain::Plain;
use umbra_bench::dialect::socketio::SocketIo;
use umbra_bench::measure::{self, Rooms, Times};
use umbra_bench::results::Load;
use umbra_load::load::Pace;

const TIMES: Times =
    Times { warm_up: Duration::from_millis(50), window: Duration::from_millis(300), settle: Duration::from_millis(50) };
const ROOMS: Rooms = Rooms { users: 16, size: 4 };

/// The bare server on a thread of its own, as it is a process of its own in a comparison; returns its address.
fn bare() -> String {
    serve(|listener| async move {
        let _ = umbra_bench_tokio::serve(listener).await;
    })
}

fn serve<F: Future<Output = ()>>(serve: impl FnOnce(TcpListener) -> F + Send + 'static) -> String {
    let (say, hear) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        LocalSet::new().block_on(&runtime(), async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            say.send(listener.local_addr().unwrap().to_string()).unwrap();
            serve(listener).await;
        });
    });
    hear.recv().unwrap()
}

fn foreign(how: Foreign) -> String {
    serve(move |listener| how.serve(listener))
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn play(dialect: impl Dialect, addr: &str, pace: Pace) -> anyhow::Result<Load> {
    let me = std::process::id();
    runtime().block_on(measure::load(dialect, addr, me, ROOMS, pace, TIMES))
}

#[test]
fn a_closed_loop_keeps_every_member_busy_and_misses_nothing() {
    let load = play(Plain, &bare(), Pace::Closed).unwrap();
    assert!(load.events_per_second > 1000.0, "{load:?}");
    assert_eq!((load.missing, load.refused), (0, 0), "{load:?}");
    assert!(load.p50_ms <= load.p99_ms && load.p99_ms <= load.p999_ms, "{load:?}");
    assert!(load.cpu_seconds_per_million > 0.0 && load.server_busy > 0.0, "{load:?}");
}

#[test]
fn an_open_loop_delivers_what_the_timetable_says() {
    let load = play(Plain, &bare(), Pace::Open { events_per_second: 4000.0 }).unwrap();
    // The timetable does not depend on how busy the machine is: late actions count from when they were due.
    assert!((3950.0..=4050.0).contains(&load.events_per_second), "{load:?}");
    assert_eq!((load.missing, load.refused), (0, 0), "{load:?}");
}

#[test]
fn every_language_is_spoken_from_the_first_word_to_the_last() {
    for pace in [Pace::Closed, Pace::Open { events_per_second: 2000.0 }] {
        let socketio = play(SocketIo, &foreign(Foreign::SocketIo), pace).unwrap();
        let colyseus = play(Colyseus, &foreign(Foreign::Colyseus), pace).unwrap();
        for load in [socketio, colyseus] {
            assert!(load.events_per_second > 500.0, "{load:?}");
            assert_eq!((load.missing, load.refused), (0, 0), "{load:?}");
        }
    }
}

#[test]
fn visitors_come_and_go_in_every_language() {
    let visits = |dialect: &dyn Fn(&str) -> f64, addr: &str| assert!(dialect(addr) > 10.0);
    let times = TIMES;
    visits(&|addr| runtime().block_on(measure::visits(&Plain, addr, 8, times)).unwrap().0, &bare());
    visits(
        &|addr| runtime().block_on(measure::visits(&SocketIo, addr, 8, times)).unwrap().0,
        &foreign(Foreign::SocketIo),
    );
    visits(
        &|addr| runtime().block_on(measure::visits(&Colyseus, addr, 8, times)).unwrap().0,
        &foreign(Foreign::Colyseus),
    );
}

#[test]
fn values_that_never_come_are_counted_as_missing() {
    let addr = foreign(Foreign::LosesEveryTenth);
    let load = play(SocketIo, &addr, Pace::Open { events_per_second: 4000.0 }).unwrap();
    // 300 actions are due in the window, and one delivery of every tenth is lost.
    assert!((29..=31).contains(&load.missing), "{load:?}");
}

#[test]
fn time_that_a_server_sleeps_is_charged_to_everybody_who_had_to_wait_meanwhile() {
    let addr = foreign(Foreign::Stalls(Duration::from_millis(150)));
    let load = play(SocketIo, &addr, Pace::Open { events_per_second: 4000.0 }).unwrap();
    // It answers nothing for half of the window: who came at the beginning of that waited for all of it, and not for
    // the moment that the server took once it was awake.
    assert!(load.p99_ms > 120.0, "{load:?}");
    assert_eq!(load.missing, 0, "{load:?}");
}

#[test]
fn a_server_that_hangs_up_is_no_figure() {
    let error = play(SocketIo, &foreign(Foreign::HangsUp), Pace::Closed).unwrap_err();
    assert!(error.to_string().contains("closed a connection"), "{error:#}");
}

#[test]
fn idle_users_are_weighed_over_those_who_were_there_before() {
    let me = std::process::id();
    let found = runtime().block_on(measure::idle(Plain, &bare(), me, &[8, 80], 8, TIMES)).unwrap();
    let users: Vec<_> = found.iter().map(|(users, _)| *users).collect();
    assert_eq!(users, [8, 80]);
    // Server and driver are one process here; what they need for a user is some KiB.
    let (_, weight) = found[1];
    assert!((0.0..1000.0).contains(&weight.rss_kib) && weight.pss_kib <= weight.rss_kib * 1.01, "{weight:?}");
}

#[test]
fn users_that_do_not_fill_their_rooms_are_refused() {
    let rooms = Rooms { users: 9, size: 8 };
    let error = runtime().block_on(measure::load(Plain, "127.0.0.1:1", 1, rooms, Pace::Closed, TIMES)).unwrap_err();
    assert!(error.to_string().contains("do not fill rooms of 8"), "{error}");
}
