//! A process can be killed before each of its calls, and whatever the test itself does wrong is not taken for a process's fault.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use umbra_otp::sim::{Choice, Ending, Endless, Fate, Fifo, Schedule, What, World, WorldOptions};
use umbra_otp::{
    Ack, ChildSpec, Handle, Inbox, Incoming, Intensity, ProcessId, Strategy, Supervisor, SupervisorMessage, names,
};

use crate::actors::{Cue, LIMITS, MAY_SPAWN, Report, actor, one_actor, text, told};

fn says_three_things(port: Handle<Report>, inbox: Inbox<()>) {
    names::register("speaker", inbox.this());
    for number in 1..=3 {
        port.send(Report::Number(number));
    }
}

const SPEAKER: &str = "()";

/// What `says_three_things` says if it is killed before its how many-th call, and how it ends.
fn heard(nth: u64) -> (Vec<Report>, Ending) {
    let world = World::default();
    world.watch(move |call| match (call.kind, call.nth) {
        (SPEAKER, killed) if killed == nth => Fate::IsKilled,
        _ => Fate::GoesOn,
    });
    let port = world.port();
    world.spawn(port.handle(), says_three_things, &LIMITS).expect("there is room for a process");
    world.run().expect("it comes to rest");
    let ending = world.deaths()[0].ending.clone();
    (port.take(), ending)
}

#[test]
fn a_process_can_be_killed_before_each_of_its_calls() {
    let calls = Rc::new(RefCell::new(Vec::new()));
    let world = World::default();
    let seen = Rc::clone(&calls);
    world.watch(move |call| {
        assert_eq!((call.kind, call.nth), (SPEAKER, call.nth_of_kind));
        let to_the_port = matches!(call.what, What::Send(_));
        assert_eq!(call.target_kind, to_the_port.then_some(std::any::type_name::<Report>()));
        seen.borrow_mut().push(format!("{:?}", call.what));
        Fate::GoesOn
    });
    let port = world.port();
    let speaker = world.spawn(port.handle(), says_three_things, &LIMITS).expect("there is room for a process");
    world.run().expect("it comes to rest");
    let send = format!("{:?}", What::Send(port.id()));
    let expected = ["Receive", "HearOfLinks", "Register(\"()/speaker\")", &send, &send, &send, "End { failed: false }"];
    assert_eq!(*calls.borrow(), expected);
    assert!(!world.is_alive(ProcessId::of(&speaker)));

    for (nth, said) in (1..).zip([0, 0, 0, 0, 1, 2, 3]) {
        assert_eq!(heard(nth), ((1..=said).map(Report::Number).collect(), Ending::Killed), "before call {nth}");
    }
    assert_eq!(heard(8), ((1..=3).map(Report::Number).collect(), Ending::Normal));
}

#[test]
fn the_calls_of_a_kind_are_counted_across_its_processes() {
    let world = World::default();
    let counts = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&counts);
    world.watch(move |call| {
        seen.borrow_mut().push((call.nth, call.nth_of_kind));
        Fate::GoesOn
    });
    let port = world.port();
    for _ in 0..2 {
        world.spawn(port.handle(), says_three_things, &LIMITS).expect("there is room for a process");
        world.run().expect("it comes to rest");
    }
    assert_eq!(
        *counts.borrow(),
        (1..=7).map(|nth| (nth, nth)).chain((1..=7).map(|nth| (nth, nth + 7))).collect::<Vec<_>>()
    );
}

#[derive(Serialize, Deserialize)]
enum Ask {
    Ready(Handle<Report>),
    Stop,
}

fn worker(ack: Ack, mut inbox: Inbox<Ask>) {
    names::register("worker", inbox.this());
    ack.started();
    loop {
        match inbox.receive() {
            Incoming::Message(Ask::Ready(port)) => port.send(text("ready")),
            Incoming::Message(Ask::Stop) => return,
            Incoming::LinkDied(_) | Incoming::Down(_) | Incoming::Garbled(_) => {}
        }
    }
}

fn supervises_a_worker(_: (), inbox: Inbox<SupervisorMessage>) {
    Supervisor::new(Strategy::OneForOne, Intensity { max_restarts: 2, period_ms: 1_000 })
        .child(ChildSpec::new("worker", |starter| starter.link(starter.ack(), worker, &LIMITS, || Ask::Stop)))
        .run(inbox, || {});
}

#[test]
fn a_supervisor_brings_its_child_back_whichever_call_it_dies_at() {
    let mut calls = 0;
    for nth in 1.. {
        let world = World::default();
        let killed = Rc::new(RefCell::new(false));
        let told = Rc::clone(&killed);
        world.watch(move |call| {
            let dies = call.kind.ends_with("::Ask") && call.nth_of_kind == nth;
            *told.borrow_mut() |= dies;
            if dies { Fate::IsKilled } else { Fate::GoesOn }
        });
        let port = world.port();
        let supervisor = world.spawn((), supervises_a_worker, &MAY_SPAWN).expect("there is room for a process");
        world.run().expect("it comes to rest");
        if world.whereis::<Ask>("worker").is_none() {
            // Killed in its very first start, which a supervisor takes for a mistake of the program.
            assert!(!world.is_alive(ProcessId::of(&supervisor)) && nth <= 4, "before call {nth}");
            continue;
        }
        for _ in 0..2 {
            let worker = world.whereis::<Ask>("worker").expect("it is back");
            world.send(worker, Ask::Ready(port.handle()));
            world.run().expect("it comes to rest");
        }
        if !*killed.borrow() {
            calls = nth - 1;
            break;
        }
        assert!(!port.take().is_empty(), "killed before call {nth}, it answers again");
    }
    assert_eq!(calls, 9, "receive, hear of links, register, acknowledge; receive, answer; twice; and receive");
}

fn goes_round_in_circles(_: (), mut inbox: Inbox<u64>) {
    inbox.this().send(0);
    loop {
        if let Incoming::Message(number) = inbox.receive() {
            inbox.this().send(number + 1);
        }
    }
}

#[test]
fn processes_that_go_round_in_circles_are_found_out() {
    let world = World::new(Fifo, WorldOptions { calls_max: 1_000, ..WorldOptions::default() });
    let process = world.spawn((), goes_round_in_circles, &LIMITS).expect("there is room for a process");
    let endless = Endless { calls: 1_001, who: ProcessId::of(&process), kind: "u64" };
    assert_eq!(world.run(), Err(endless.clone()));
    assert_eq!(
        endless.to_string(),
        format!("the processes have made 1001 calls and do not come to rest; the last was by u64 {}", endless.who)
    );
}

#[test]
fn as_many_calls_as_are_allowed_may_be_made() {
    let calls = {
        let world = World::default();
        let port = world.port();
        world.spawn(port.handle(), says_three_things, &LIMITS).expect("there is room for a process");
        world.run().expect("it comes to rest");
        world.calls()
    };
    for (calls_max, rests) in [(calls, true), (calls - 1, false)] {
        let world = World::new(Fifo, WorldOptions { calls_max, ..WorldOptions::default() });
        let port = world.port();
        world.spawn(port.handle(), says_three_things, &LIMITS).expect("there is room for a process");
        assert_eq!(world.run().is_ok(), rests);
    }
}

fn message_of(panic: Box<dyn std::any::Any + Send>) -> String {
    match panic.downcast::<&str>() {
        Ok(text) => text.to_string(),
        Err(panic) => *panic.downcast::<String>().expect("a panic has a message"),
    }
}

#[test]
fn a_panic_of_the_watch_is_the_tests_and_not_the_processes() {
    let world = World::default();
    let (_port, actor) = one_actor(&world);
    world.run().expect("it comes to rest");
    world.watch(|_| panic!("the test is wrong"));
    world.send(actor, Cue::Say(1));
    let panic = catch_unwind(AssertUnwindSafe(|| world.run())).expect_err("the watch panics");
    assert_eq!(message_of(panic), "the test is wrong");
    assert_eq!(*world.deaths(), []);
}

/// Answers what it must not.
struct OutOfRange;

impl Schedule for OutOfRange {
    fn choose(&mut self, choice: &Choice<'_>) -> usize {
        match choice {
            Choice::PreEmpt { .. } => 2,
            _ => 0,
        }
    }
}

#[test]
fn a_panic_over_the_schedule_is_the_tests_too() {
    let world = World::new(OutOfRange, WorldOptions::default());
    let (port, first) = one_actor(&world);
    let second = world.spawn(port.handle(), actor, &LIMITS).expect("there is room for a process");
    world.send(first, Cue::Say(1));
    world.send(second, Cue::Say(2));
    let panic = catch_unwind(AssertUnwindSafe(|| world.run())).expect_err("the answer is out of range");
    assert!(message_of(panic).contains("answered 2 to PreEmpt"));
}

#[test]
fn a_world_that_is_dropped_takes_everybody_along() {
    struct Counted(Rc<RefCell<u32>>);
    impl Drop for Counted {
        fn drop(&mut self) {
            *self.0.borrow_mut() += 1;
        }
    }
    thread_local! {
        static DROPPED: Rc<RefCell<u32>> = Rc::default();
    }
    fn holds(_: (), mut inbox: Inbox<()>) {
        let _held = Counted(DROPPED.with(Rc::clone));
        inbox.receive();
    }
    let world = World::default();
    for _ in 0..10 {
        world.spawn((), holds, &LIMITS).expect("there is room for a process");
    }
    world.run().expect("it comes to rest");
    let (port, never_begun) = one_actor(&world);
    world.send(never_begun, Cue::Say(1));
    drop(world);
    assert_eq!(DROPPED.with(|dropped| *dropped.borrow()), 10);
    assert_eq!(port.take(), []);
}

#[test]
fn two_worlds_do_not_know_of_each_other() {
    let worlds = [World::default(), World::default()];
    let actors = worlds.each_ref().map(one_actor);
    for ((world, (port, actor)), number) in worlds.iter().zip(&actors).zip(1..) {
        assert_eq!(told(world, port, *actor, Cue::Say(number)), [Report::Number(number)]);
    }
    assert_eq!(ProcessId::of(&actors[0].1), ProcessId::of(&actors[1].1));
}
