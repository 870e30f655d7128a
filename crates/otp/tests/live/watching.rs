//! Monitors: every end is told once, and nothing is told after the watching has ended.

use lunatic::Mailbox;
use lunatic::host::api;
use umbra_otp::{ExitReason, Incoming, ProcessId, Wire, spawn_link};

use crate::cast::{Cue, LIMITS, Report, Stage, Who, actor};

#[lunatic::test]
fn a_monitored_process_is_down_however_it_ends(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    for fatal in [Cue::EndNormally, Cue::Panic, Cue::FailBecause("no reason".into())] {
        let handle = stage.handle();
        let actor = umbra_otp::spawn((Who::A, handle), actor, &LIMITS).expect("there is room for a process");
        stage.up(Who::A);
        stage.inbox.monitor(actor);
        assert_eq!(stage.inbox.monitors(), 1);
        actor.send(fatal);
        stage.down(ProcessId::of(&actor));
        assert_eq!(stage.inbox.monitors(), 0);
    }
}

#[lunatic::test]
fn a_dead_process_is_down_at_once(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let actor = stage.spawn_actor(Who::A);
    actor.handle.send(Cue::EndNormally);
    stage.ended(&actor);
    stage.inbox.monitor(actor.handle);
    stage.ended(&actor);
    stage.quiet();
}

#[lunatic::test]
fn the_news_of_a_death_does_not_overtake_what_waits(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let actor = stage.spawn_actor(Who::A);
    actor.handle.send(Cue::EndNormally);
    stage.ended(&actor);
    stage.handle().send(Report::Number(1));
    stage.inbox.monitor(actor.handle);
    stage.handle().send(Report::Number(2));
    assert_eq!(stage.report(), Report::Number(1));
    stage.ended(&actor);
    assert_eq!(stage.report(), Report::Number(2));
}

#[lunatic::test]
fn a_process_monitored_twice_is_down_once(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let actor = stage.spawn_actor(Who::A);
    stage.inbox.monitor(actor.handle);
    stage.inbox.monitor(actor.handle);
    assert_eq!(stage.inbox.monitors(), 1);
    actor.handle.send(Cue::EndNormally);
    stage.ended(&actor);
    stage.quiet();
}

#[lunatic::test]
fn a_lost_monitor_is_found_out_a_moment_later(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let handle = stage.handle();
    let child = spawn_link((Who::A, handle), actor, &LIMITS).expect("there is room for a process");
    stage.up(Who::A);
    stage.inbox.monitor(child.handle);
    // Behind the inbox's back: what the runtime does to a monitor in a process's last instant.
    // SAFETY: takes a number, touches no memory of ours.
    unsafe { api::process::stop_monitoring(ProcessId::of(&child.handle).0) };
    child.handle.kill();
    assert_eq!(stage.failed(&child), ExitReason::Untold);
    stage.quiet();
    stage.ended(&child);
    stage.quiet();
}

#[lunatic::test]
fn after_the_watching_has_ended_no_death_is_told_not_even_one_that_waits(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let [dead, living] = [Who::A, Who::B].map(|who| stage.spawn_actor(who));
    dead.handle.send(Cue::EndNormally);
    stage.ended(&dead);

    stage.inbox.monitor(dead.handle);
    stage.inbox.demonitor(ProcessId::of(&dead.handle));
    stage.quiet();

    stage.inbox.demonitor(ProcessId::of(&living.handle));
    assert_eq!(stage.inbox.monitors(), 0);
    living.handle.send(Cue::FailBecause("nobody watches".into()));
    assert!(matches!(stage.next(), Incoming::LinkDied(tag) if tag == living.tag));
    stage.quiet();
}

#[lunatic::test]
fn a_child_ends_in_one_event_and_leaves_no_monitor(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    for _ in 0..100 {
        let [fails, ends] = [Who::A, Who::B].map(|who| stage.spawn_actor(who));
        assert_eq!(stage.inbox.monitors(), 2);
        fails.handle.send(Cue::FailBecause("as planned".into()));
        assert_eq!(stage.failed(&fails), ExitReason::Failed("as planned".into()));
        ends.handle.send(Cue::EndNormally);
        stage.ended(&ends);
        assert_eq!(stage.inbox.monitors(), 0);
    }
    stage.quiet();
}

fn ends_at_once(_: (), _: umbra_otp::Inbox<()>) {}

/// Where a monitor that is set after the spawn is lost now and then.
#[lunatic::test]
fn the_normal_end_of_a_child_that_lives_for_an_instant_is_told(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    for _ in 0..500 {
        let child = stage.inbox.spawn_link((), ends_at_once, &LIMITS).expect("there is room for a process");
        stage.ended(&child);
    }
}
