//! Mailboxes and time: order, what becomes of messages to the dead, and timers.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use umbra_otp::sim::World;
use umbra_otp::{Epoch, Handle, Inbox, Incoming, ProcessId, Timer, monotonic_ms, now_ms, sleep};

use crate::actors::{Cue, LIMITS, Report, as_if, one_actor, text, told};

#[test]
fn messages_come_in_the_order_in_which_they_were_sent() {
    let world = World::default();
    let (port, actor) = one_actor(&world);
    for number in 0..100 {
        world.send(actor, Cue::Say(number));
    }
    world.run().expect("it comes to rest");
    assert_eq!(port.take(), (0..100).map(Report::Number).collect::<Vec<_>>());
}

#[test]
fn messages_to_the_dead_vanish() {
    let world = World::default();
    let (port, actor) = one_actor(&world);
    assert_eq!(told(&world, &port, actor, Cue::End), []);
    assert_eq!(told(&world, &port, actor, Cue::Say(1)), []);
    assert!(!world.is_alive(ProcessId::of(&actor)));
}

#[test]
fn a_message_of_another_type_is_garbled_and_kills_nobody() {
    let world = World::default();
    let (port, actor) = one_actor(&world);
    world.send(as_if::<_, u64>(actor), u64::MAX);
    world.run().expect("it comes to rest");
    assert_eq!(port.take(), [text("garbled")]);
    assert_eq!(told(&world, &port, actor, Cue::Say(1)), [Report::Number(1)]);
}

fn waits_and_sleeps(port: Handle<Report>, mut inbox: Inbox<u64>) {
    let (start_ms, unix_ms) = (monotonic_ms(), now_ms());
    assert!(inbox.receive_within(Duration::from_millis(30)).is_none());
    port.send(Report::Number(monotonic_ms() - start_ms));
    sleep(Duration::from_secs(3600));
    port.send(Report::Number(now_ms() - unix_ms));
    while let Some(Incoming::Message(number)) = inbox.receive_within(Duration::ZERO) {
        port.send(Report::Number(number));
    }
    port.send(text("nothing more"));
}

#[test]
fn the_clock_goes_on_when_nobody_can_and_what_waits_comes_before_a_limit_of_zero() {
    let world = World::default();
    let port = world.port();
    let process = world.spawn(port.handle(), waits_and_sleeps, &LIMITS).expect("there is room for a process");
    world.run_for(29).expect("it comes to rest");
    assert_eq!(port.take(), []);
    assert_eq!(world.next_timer_ms(), Some(30));
    world.run_for(1).expect("it comes to rest");
    assert_eq!(port.take(), [Report::Number(30)]);
    world.send(process, 1);
    world.send(process, 2);
    world.run_for(3_600_000).expect("it comes to rest");
    assert_eq!(world.passed_ms(), 3_600_030);
    let numbers = [3_600_030, 1, 2].map(Report::Number);
    assert_eq!(port.take(), [numbers.as_slice(), &[text("nothing more")]].concat());
    assert!(!world.is_alive(ProcessId::of(&process)));
    assert_eq!(world.run_to_next_timer(), Ok(false));
}

#[derive(Debug, Serialize, Deserialize)]
enum Timed {
    ArmFor(u64),
    Cancel,
    Tick(Epoch),
}

fn ticks(port: Handle<Report>, mut inbox: Inbox<Timed>) {
    let mut timer = Timer::new();
    while let Incoming::Message(message) = inbox.receive() {
        match message {
            Timed::ArmFor(ms) => timer.arm(&inbox, Duration::from_millis(ms), Timed::Tick),
            Timed::Cancel => timer.cancel(),
            Timed::Tick(epoch) => {
                let current = timer.fired(epoch);
                port.send(text(format!("{} ms: {}", monotonic_ms(), if current { "tick" } else { "late" })));
            }
        }
    }
}

#[test]
fn a_timer_rings_once_and_one_that_is_cancelled_does_not() {
    let world = World::default();
    let port = world.port::<Report>();
    let process = world.spawn(port.handle(), ticks, &LIMITS).expect("there is room for a process");
    world.send(process, Timed::ArmFor(20));
    world.run_to_the_end().expect("it comes to rest");
    assert_eq!(port.take(), [text("20 ms: tick")]);
    for message in [Timed::ArmFor(5), Timed::ArmFor(7), Timed::Cancel, Timed::ArmFor(9)] {
        world.send(process, message);
    }
    world.run_to_the_end().expect("it comes to rest");
    assert_eq!(port.take(), [text("29 ms: tick")]);
}

fn sends_later(port: Handle<u64>, inbox: Inbox<u64>) {
    // To somebody else only this crate can: so it sends to itself, and is dead when it arrives. And asks what it is called.
    Timer::new().arm(&inbox, Duration::from_millis(10), |_| 1);
    port.send(ProcessId::this().0);
}

#[test]
fn a_timer_outlives_who_set_it_and_its_message_to_the_dead_vanishes() {
    let world = World::default();
    let port = world.port();
    let process = world.spawn(port.handle(), sends_later, &LIMITS).expect("there is room for a process");
    world.run().expect("it comes to rest");
    assert_eq!(port.take(), [ProcessId::of(&process).0]);
    assert!(!world.is_alive(ProcessId::of(&process)));
    world.run_to_the_end().expect("it comes to rest");
    let ids = world.processes().into_iter().map(|living| living.id).collect::<Vec<_>>();
    assert_eq!(ids, [port.id()], "nobody took its place");
}
