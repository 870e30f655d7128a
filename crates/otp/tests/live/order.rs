//! Messages come in the order in which they were sent, whatever is waited for in between; timers and calls keep to it.

use std::time::Duration;

use lunatic::Mailbox;
use serde::{Deserialize, Serialize};
use umbra_otp::{CallId, Calls, Epoch, Handle, Inbox, Incoming, Timer, Wire, monotonic_ms};

use crate::cast::{LIMITS, PATIENCE, Report, Stage};

const MANY: u32 = 5_000;

fn counts((stage, pace): (Handle<Report>, Duration), _: Inbox<()>) {
    for number in 0..MANY {
        stage.send(Report::Number(number));
        // Now and then the reader catches up, waits, and is interrupted in its wait.
        if number % 50 == 0 {
            lunatic::sleep(pace);
        }
    }
}

#[lunatic::test]
fn waits_that_run_out_leave_the_order_alone(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let handle = stage.handle();
    let pace = Duration::from_millis(2);
    let child = stage.inbox.spawn_link((handle, pace), counts, &LIMITS).expect("there is room for a process");
    let mut expected = 0;
    let mut ran_out = 0;
    while expected < MANY {
        match stage.inbox.receive_within(Duration::from_millis(1)) {
            Some(Incoming::Message(Report::Number(number))) => {
                assert_eq!(number, expected);
                expected += 1;
            }
            None => ran_out += 1,
            other => panic!("expected number {expected}, got {other:?}"),
        }
    }
    assert!(ran_out > 0, "no wait ran out: this test has tested nothing");
    stage.ended(&child);
}

#[lunatic::test]
fn a_wait_of_no_time_takes_what_is_there(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    for number in 0..3 {
        stage.handle().send(Report::Number(number));
    }
    for number in 0..3 {
        match stage.inbox.receive_within(Duration::ZERO) {
            Some(Incoming::Message(report)) => assert_eq!(report, Report::Number(number)),
            other => panic!("expected number {number}, got {other:?}"),
        }
    }
    stage.quiet();
}

fn answers_later(stage: Handle<Report>, mut inbox: Inbox<u32>) {
    loop {
        if let Incoming::Message(number) = inbox.receive() {
            lunatic::sleep(Duration::from_millis(1));
            stage.send(Report::Number(number));
        }
    }
}

/// A short wait that ended early has an alarm under way, which now and then rings in the long wait that follows.
#[lunatic::test]
fn a_wait_is_not_cut_short_by_the_one_before_it(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let handle = stage.handle();
    let child = stage.inbox.spawn_link(handle, answers_later, &LIMITS).expect("there is room for a process");
    for number in 0..500 {
        stage.handle().send(Report::Text("here already".into()));
        assert!(stage.inbox.receive_within(Duration::ZERO).is_some());
        child.handle.send(number);
        assert_eq!(stage.report(), Report::Number(number));
    }
}

#[derive(Debug, Serialize, Deserialize)]
enum Timed {
    Number(u32),
    Tick(Epoch),
}

fn next(inbox: &mut Inbox<Timed>) -> Timed {
    match inbox.receive_within(PATIENCE).expect("something should happen") {
        Incoming::Message(message) => message,
        other => panic!("expected a message, got {other:?}"),
    }
}

fn tick(inbox: &mut Inbox<Timed>) -> Epoch {
    match next(inbox) {
        Timed::Tick(epoch) => epoch,
        Timed::Number(number) => panic!("expected a tick, got {number}"),
    }
}

#[lunatic::test]
fn a_tick_takes_its_place_among_the_messages(mailbox: Mailbox<Timed, Wire>) {
    let mut inbox = Inbox::from(mailbox);
    let mut timer = Timer::new();
    inbox.this().send(Timed::Number(1));
    timer.arm(&inbox, Duration::from_millis(1), Timed::Tick);
    inbox.this().send(Timed::Number(2));
    assert!(matches!(next(&mut inbox), Timed::Number(1)));
    assert!(matches!(next(&mut inbox), Timed::Number(2)));
    let epoch = tick(&mut inbox);
    assert!(timer.fired(epoch));
}

#[lunatic::test]
fn a_tick_is_believed_once(mailbox: Mailbox<Timed, Wire>) {
    let mut inbox = Inbox::from(mailbox);
    let mut timer = Timer::new();
    timer.arm(&inbox, Duration::ZERO, Timed::Tick);
    assert!(timer.is_armed());
    let epoch = tick(&mut inbox);
    assert!(timer.is_current(epoch));
    assert!(timer.fired(epoch));
    assert!(!timer.fired(epoch));
    assert!(!timer.is_armed());
}

/// The tick is there already, so that nobody can call it back.
fn armed_and_rung(inbox: &mut Inbox<Timed>, timer: &mut Timer) -> Epoch {
    timer.arm(inbox, Duration::ZERO, Timed::Tick);
    tick(inbox)
}

#[lunatic::test]
fn a_late_tick_of_a_cancelled_timer_is_not_believed(mailbox: Mailbox<Timed, Wire>) {
    let mut inbox = Inbox::from(mailbox);
    let mut timer = Timer::new();
    let epoch = armed_and_rung(&mut inbox, &mut timer);
    timer.cancel();
    assert!(!timer.fired(epoch));
}

#[lunatic::test]
fn a_late_tick_of_a_timer_that_was_armed_again_is_not_believed(mailbox: Mailbox<Timed, Wire>) {
    let mut inbox = Inbox::from(mailbox);
    let mut timer = Timer::new();
    let old = armed_and_rung(&mut inbox, &mut timer);
    timer.arm(&inbox, Duration::ZERO, Timed::Tick);
    assert!(!timer.fired(old));
    let new = tick(&mut inbox);
    assert!(timer.fired(new));
}

#[lunatic::test]
fn a_cancelled_timer_does_not_tick(mailbox: Mailbox<Timed, Wire>) {
    let mut inbox = Inbox::from(mailbox);
    let (mut cancelled, mut later) = (Timer::new(), Timer::new());
    cancelled.arm(&inbox, Duration::from_millis(20), |_| Timed::Number(0));
    later.arm(&inbox, Duration::from_millis(60), Timed::Tick);
    cancelled.cancel();
    let epoch = tick(&mut inbox);
    assert!(later.fired(epoch));
}

#[derive(Debug, Serialize, Deserialize)]
enum Question {
    Double { number: u32, call: CallId, to: Handle<Answer> },
}

#[derive(Debug, Serialize, Deserialize)]
enum Answer {
    Doubled { number: u32, call: CallId },
}

fn doubles(_: (), mut inbox: Inbox<Question>) {
    loop {
        if let Incoming::Message(Question::Double { number, call, to }) = inbox.receive() {
            to.send(Answer::Doubled { number: number * 2, call });
        }
    }
}

#[lunatic::test]
fn an_answer_that_comes_after_its_deadline_is_told_from_the_one_that_is_awaited(mailbox: Mailbox<Answer, Wire>) {
    let mut inbox = Inbox::from(mailbox);
    let mut calls = Calls::new();
    let oracle = inbox.spawn_link((), doubles, &LIMITS).expect("there is room for a process");
    let ask = |calls: &mut Calls<&'static str>, number, context| {
        let call = calls.open(monotonic_ms(), 1_000, context);
        oracle.handle.send(Question::Double { number, call, to: inbox.this() });
    };
    ask(&mut calls, 1, "too late");
    let given_up = calls.expired(monotonic_ms() + 1_000);
    assert_eq!(given_up.len(), 1);
    ask(&mut calls, 2, "in time");
    let mut answered = Vec::new();
    for _ in 0..2 {
        match inbox.receive_within(PATIENCE) {
            Some(Incoming::Message(Answer::Doubled { number, call })) => answered.push((number, calls.answer(call))),
            other => panic!("expected an answer, got {other:?}"),
        }
    }
    assert_eq!(answered, [(2, None), (4, Some("in time"))]);
}
