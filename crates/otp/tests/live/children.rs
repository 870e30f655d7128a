//! A manager's children, by key.

use lunatic::Mailbox;
use umbra_otp::{Children, Ended, Handle, Inbox, Incoming, Intensity, Next, ProcessId, Restart, SpawnError, Wire};

use crate::cast::{Cue, LIMITS, Manner, PATIENCE, PATIENT, Report, Stage, WAITED_FOR, Who, actor};

/// The test is the manager.
struct Manager {
    stage: Stage,
    children: Children<u32, Cue>,
}

impl Manager {
    fn new(mailbox: Mailbox<Report, Wire>, intensity: Intensity) -> Self {
        Manager { stage: Stage::new(mailbox), children: Children::new(intensity) }
    }

    fn start(&mut self, key: u32, restart: Restart) -> Handle<Cue> {
        let argument = (Who::A, self.stage.handle());
        let child = self
            .children
            .start(&mut self.stage.inbox, key, argument, actor, &LIMITS, restart)
            .expect("there is room for a process");
        assert_eq!(self.stage.up(Who::A), child);
        child
    }

    fn ended(&mut self) -> Option<Ended<u32>> {
        match self.stage.next() {
            Incoming::LinkDied(tag) => self.children.on_link_died(tag),
            Incoming::Down(id) => self.children.on_down(id),
            other => panic!("expected an end, got {other:?}"),
        }
    }
}

#[lunatic::test]
fn a_child_is_found_by_its_key_until_it_ends(mailbox: Mailbox<Report, Wire>) {
    let mut manager = Manager::new(mailbox, PATIENT);
    let one = manager.start(1, Restart::Temporary);
    let two = manager.start(2, Restart::Temporary);
    assert_eq!(manager.children.get(&1), Some(one));
    assert_eq!(manager.children.get(&2), Some(two));
    assert_eq!(manager.children.len(), 2);
    one.send(Cue::EndNormally);
    assert_eq!(manager.ended(), Some(Ended { key: 1, id: ProcessId::of(&one), failed: false, next: Next::Forget }));
    assert_eq!(manager.children.get(&1), None);
    assert_eq!(manager.children.len(), 1);
}

#[lunatic::test]
fn a_key_has_one_child_at_a_time(mailbox: Mailbox<Report, Wire>) {
    let mut manager = Manager::new(mailbox, PATIENT);
    let first = manager.start(1, Restart::Temporary);
    let argument = (Who::B, manager.stage.handle());
    let second = manager.children.start(&mut manager.stage.inbox, 1, argument, actor, &LIMITS, Restart::Temporary);
    assert_eq!(second, Err(SpawnError::AlreadyRunning));
    assert_eq!(manager.children.get(&1), Some(first));
    manager.stage.quiet();
}

#[lunatic::test]
fn each_kind_of_restart_has_its_own_answer_to_each_end(mailbox: Mailbox<Report, Wire>) {
    let mut manager = Manager::new(mailbox, PATIENT);
    for (restart, after_failure, after_normal_end) in [
        (Restart::Permanent, Next::Restart, Next::Restart),
        (Restart::Transient, Next::Restart, Next::Forget),
        (Restart::Temporary, Next::Forget, Next::Forget),
    ] {
        for (fatal, next) in [(Cue::Panic, after_failure), (Cue::EndNormally, after_normal_end)] {
            let child = manager.start(1, restart);
            child.send(fatal);
            let ended = manager.ended().expect("it is a child");
            assert_eq!(ended.next, next, "{restart:?}");
            assert_eq!(manager.children.len(), usize::from(next == Next::Restart), "{restart:?}");
            assert_eq!(manager.children.get(&1), None);
            manager.children.forget(&1);
        }
    }
    assert_eq!(manager.stage.inbox.monitors(), 0);
}

#[lunatic::test]
fn a_child_that_fails_too_often_is_given_up_and_its_siblings_are_not(mailbox: Mailbox<Report, Wire>) {
    let mut manager = Manager::new(mailbox, Intensity { max_restarts: 2, period_ms: 600_000 });
    let sibling = manager.start(2, Restart::Transient);
    for next in [Next::Restart, Next::Restart, Next::GiveUp] {
        manager.start(1, Restart::Transient).send(Cue::Panic);
        assert_eq!(manager.ended().map(|ended| ended.next), Some(next));
    }
    assert_eq!(manager.children.len(), 1);
    sibling.send(Cue::Panic);
    assert_eq!(manager.ended().map(|ended| ended.next), Some(Next::Restart));
}

#[lunatic::test]
fn an_announced_end_and_the_death_that_follows_are_one_end(mailbox: Mailbox<Report, Wire>) {
    let mut manager = Manager::new(mailbox, PATIENT);
    for fatal in [Cue::EndNormally, Cue::Panic] {
        let child = manager.start(1, Restart::Permanent);
        assert_eq!(manager.children.forget(&1), Some(child));
        assert_eq!(manager.children.forget(&1), None);
        child.send(fatal);
        assert_eq!(manager.ended(), None);
        assert!(manager.children.is_empty());
    }
}

#[lunatic::test]
fn a_key_that_is_forgotten_can_be_used_before_the_old_child_has_died(mailbox: Mailbox<Report, Wire>) {
    let mut manager = Manager::new(mailbox, PATIENT);
    let old = manager.start(1, Restart::Permanent);
    manager.children.forget(&1);
    let new = manager.start(1, Restart::Permanent);
    old.send(Cue::Panic);
    assert_eq!(manager.ended(), None);
    assert_eq!(manager.children.get(&1), Some(new));
}

fn clings_to_life((_manner, stage): (Manner, Handle<Report>), mut inbox: Inbox<Cue>) {
    stage.send(Report::Up(Who::C, inbox.this()));
    loop {
        inbox.receive();
    }
}

#[lunatic::test]
fn all_are_stopped_and_those_that_will_not_are_killed(mailbox: Mailbox<Report, Wire>) {
    let mut manager = Manager::new(mailbox, PATIENT);
    let good = manager.start(1, Restart::Permanent);
    let argument = (Manner::NeverStops, manager.stage.handle());
    let bad = manager
        .children
        .start(&mut manager.stage.inbox, 2, argument, clings_to_life, &LIMITS, Restart::Permanent)
        .expect("there is room for a process");
    manager.stage.up(Who::C);
    let killed = manager.children.stop_all(&mut manager.stage.inbox, |_| Cue::Stop, WAITED_FOR);
    assert_eq!(killed, 1);
    for child in [good, bad] {
        assert!(!ProcessId::of(&child).is_alive());
    }
    assert!(manager.children.is_empty());
    assert_eq!(manager.stage.inbox.monitors(), 0);
}

#[lunatic::test]
fn nobody_is_killed_who_stops_when_asked(mailbox: Mailbox<Report, Wire>) {
    let mut manager = Manager::new(mailbox, PATIENT);
    for key in 0..10 {
        manager.start(key, Restart::Permanent);
    }
    let killed = manager.children.stop_all(&mut manager.stage.inbox, |_| Cue::Stop, PATIENCE);
    assert_eq!(killed, 0);
}
