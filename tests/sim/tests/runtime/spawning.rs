//! New processes and names.

use umbra_otp::sim::World;
use umbra_otp::{Handle, Inbox, ProcessId, ProcessLimits, SpawnError, names, random, spawn};

use crate::actors::{Cue, LIMITS, MAY_SPAWN, Report, actor, one_actor, text, told};

fn tries_to_spawn(port: Handle<Report>, _: Inbox<()>) {
    for memory_bytes in [None, Some(1), Some(2 * 1024 * 1024)] {
        let limits = ProcessLimits { memory_bytes, may_spawn: false };
        port.send(match spawn(port, actor, &limits) {
            Ok(child) => Report::Here(child),
            Err(SpawnError::Refused(_)) => text("refused"),
            Err(error) => text(error.to_string()),
        });
    }
}

#[test]
fn a_spawn_without_the_right_or_without_the_memory_is_an_error() {
    let world = World::default();
    let port = world.port();
    world.spawn(port.handle(), tries_to_spawn, &LIMITS).expect("there is room for a process");
    world.run().expect("it comes to rest");
    assert_eq!(port.take(), vec![text("this process may not spawn others"); 3]);
    world.spawn(port.handle(), tries_to_spawn, &MAY_SPAWN).expect("there is room for a process");
    world.run().expect("it comes to rest");
    let reports = port.take();
    assert!(matches!(reports.as_slice(), [Report::Here(_), Report::Text(why), Report::Here(_)] if why == "refused"));
}

#[test]
fn numbers_are_not_used_twice() {
    let world = World::default();
    let mut former = ProcessId(0);
    for _ in 0..100 {
        let (port, actor) = one_actor(&world);
        told(&world, &port, actor, Cue::End);
        port.close();
        assert!(ProcessId::of(&actor) > former);
        former = ProcessId::of(&actor);
    }
}

fn takes_a_name(_: (), mut inbox: Inbox<u64>) {
    names::register("echo", inbox.this());
    inbox.receive();
}

fn looks_up(port: Handle<Report>, _: Inbox<()>) {
    let found = names::whereis::<u64>("echo").map(|found| ProcessId::of(&found).0);
    port.send(Report::Number(found.unwrap_or_default()));
    assert_eq!(names::whereis::<u32>("echo"), None, "a name belongs to a message type");
}

#[test]
fn a_name_finds_the_living_and_nobody_else() {
    let world = World::default();
    let port = world.port();
    let seen = || {
        world.spawn(port.handle(), looks_up, &LIMITS).expect("there is room for a process");
        world.run().expect("it comes to rest");
        port.take()
    };
    assert_eq!(seen(), [Report::Number(0)]);
    for _ in 0..2 {
        let named = world.spawn((), takes_a_name, &LIMITS).expect("there is room for a process");
        world.run().expect("it comes to rest");
        assert_eq!(seen(), [Report::Number(ProcessId::of(&named).0)]);
        assert_eq!(world.whereis("echo"), Some(named));
        world.send(named, 0);
        world.run().expect("it comes to rest");
        assert_eq!(seen(), [Report::Number(0)]);
        assert_eq!(world.whereis::<u64>("echo"), None);
    }
    assert!(world.deaths().iter().all(|death| !death.ending.is_failure()), "{:?}", world.deaths());
}

fn logs_and_throws_dice(port: Handle<Report>, _: Inbox<()>) {
    log::warn!("the die is cast");
    log::debug!("nobody wants to know");
    port.send(Report::Number(random()));
}

#[test]
fn chance_follows_from_the_seed_and_lines_of_the_log_are_kept() {
    let roll = |seed| {
        let world = World::new(umbra_otp::sim::Fifo, umbra_otp::sim::WorldOptions { seed, ..Default::default() });
        let port = world.port();
        let process = world.spawn(port.handle(), logs_and_throws_dice, &LIMITS).expect("there is room for a process");
        world.run().expect("it comes to rest");
        let lines: Vec<_> = world.log().iter().map(ToString::to_string).collect();
        assert_eq!(lines, [format!("0 ms: {} WARN: the die is cast", ProcessId::of(&process))]);
        port.take()
    };
    assert_eq!(roll(1), roll(1));
    assert_ne!(roll(1), roll(2));
}
