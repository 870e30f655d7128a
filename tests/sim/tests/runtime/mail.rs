//! Mailboxes: order, what becomes of messages to the dead, and time.

use std::time::Duration;

use umbra_otp::sim::World;
use umbra_otp::{Handle, Inbox, Incoming, ProcessId, monotonic_ms, sleep};

use crate::actors::{Cue, LIMITS, Report, one_actor, text};

#[test]
fn messages_come_in_the_order_in_which_they_were_sent() {
    let (world, port, actor) = one_actor();
    for number in 0..100 {
        world.send(actor, Cue::Say(number));
    }
    world.run().expect("it comes to rest");
    assert_eq!(port.take(), (0..100).map(Report::Number).collect::<Vec<_>>());
}

fn waits_and_sleeps(port: Handle<Report>, mut inbox: Inbox<u32>) {
    let start_ms = monotonic_ms();
    assert!(inbox.receive_within(Duration::from_millis(30)).is_none());
    port.send(Report::Number((monotonic_ms() - start_ms) as u32));
    sleep(Duration::from_secs(3600));
    port.send(Report::Number((monotonic_ms() - start_ms) as u32));
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
    world.run_for(30).expect("it comes to rest");
    assert_eq!(port.take(), [Report::Number(30)]);
    world.send(process, 1);
    world.send(process, 2);
    world.run_for(3_600_000).expect("it comes to rest");
    assert_eq!(world.passed_ms(), 3_600_030);
    let numbers = [3_600_030, 1, 2].map(Report::Number);
    assert_eq!(port.take(), [numbers.as_slice(), &[text("nothing more")]].concat());
    assert!(!world.is_alive(ProcessId::of(&process)));
}
