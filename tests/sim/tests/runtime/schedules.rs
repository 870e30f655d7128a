//! The same answers make the same course; and what is rare on lunatic can be had.

use std::cell::RefCell;
use std::rc::Rc;

use umbra_otp::sim::{Choice, Ending, Fate, Fifo, Random, Schedule, Trail, What, World, WorldOptions};
use umbra_otp::{Handle, Inbox, Incoming, ProcessId, names, random, spawn};

use crate::actors::{Cue, LIMITS, MAY_SPAWN, Report, actor, as_if, text};

fn chats((port, pings): (Handle<Report>, u64), mut inbox: Inbox<u64>) {
    let other = names::whereis::<u64>("other");
    names::register("other", inbox.this());
    if let Some(other) = other {
        other.send(random() % 10);
    }
    for _ in 0..pings {
        if let Incoming::Message(number) = inbox.receive() {
            port.send(Report::Number(number));
            if let Some(other) = names::whereis::<u64>("other") {
                other.send(number + 1);
            }
        }
    }
}

/// Everything that happens among five who talk to each other, and the trail.
fn trace(schedule: impl Schedule + 'static, seed: u64) -> (Vec<String>, Trail) {
    let world = World::new(schedule, WorldOptions { seed, ..WorldOptions::default() });
    let calls = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&calls);
    world.watch(move |call| {
        seen.borrow_mut().push(call.to_string());
        Fate::GoesOn
    });
    let port = world.port();
    for _ in 0..5 {
        world.spawn((port.handle(), 20), chats, &LIMITS).expect("there is room for a process");
    }
    world.run().expect("it comes to rest");
    let mut calls = calls.take();
    calls.extend(port.take().into_iter().map(|report| format!("{report:?}")));
    (calls, world.trail())
}

#[test]
fn the_same_schedule_and_the_same_seed_make_the_same_course() {
    for seed in 0..20 {
        assert_eq!(trace(Random::new(seed, 0.3), 7), trace(Random::new(seed, 0.3), 7));
    }
    assert_eq!(trace(Fifo, 7), trace(Fifo, 7));
    assert_ne!(trace(Random::new(1, 0.3), 7), trace(Random::new(2, 0.3), 7));
    assert_ne!(trace(Fifo, 7).0, trace(Fifo, 8).0);
}

#[test]
fn any_run_can_be_repeated_from_its_trail() {
    for seed in 0..20 {
        let (calls, trail) = trace(Random::new(seed, 0.3), 7);
        assert!(!trail.is_empty());
        assert_eq!(trace(trail.follow(), 7), (calls, trail));
    }
    let (calls, trail) = trace(Fifo, 7);
    assert!(trail.is_empty());
    assert_eq!(trace(trail.follow(), 7).0, calls);
}

#[test]
#[should_panic(expected = "where there is only")]
fn a_trail_that_belongs_to_another_run_is_noticed() {
    trace("0:1,1:9".parse::<Trail>().expect("a trail").follow(), 7);
}

/// Answers 1 to one kind of choice, 0 to all others.
struct Only(fn(&Choice<'_>) -> bool);

impl Schedule for Only {
    fn choose(&mut self, choice: &Choice<'_>) -> usize {
        usize::from((self.0)(choice))
    }
}

fn kills_and_says((victim, port): (ProcessId, Handle<Report>), _: Inbox<()>) {
    victim.kill();
    port.send(text("killed"));
}

fn says_three((port, name): (Handle<Report>, u64), _: Inbox<u32>) {
    for number in 0..3 {
        port.send(Report::Number(10 * name + number));
    }
}

/// A process that is killed after its first word, by one that then speaks itself.
fn speaks_and_is_killed(schedule: impl Schedule + 'static) -> (Vec<Report>, Vec<Ending>) {
    let world = World::new(schedule, WorldOptions::default());
    let port = world.port();
    let victim = world.spawn((port.handle(), 1), says_three, &LIMITS).expect("there is room for a process");
    let killer = (ProcessId::of(&victim), port.handle());
    world.spawn(killer, kills_and_says, &LIMITS).expect("there is room for a process");
    world.run().expect("it comes to rest");
    let endings = world.deaths().iter().map(|death| death.ending.clone()).collect();
    (port.take(), endings)
}

#[test]
fn a_process_that_is_killed_at_work_may_make_some_more_calls_before_it_notices() {
    let pre_empted_once = Only(|choice| matches!(choice, Choice::PreEmpt { who: ProcessId(2), others: 1 }));
    let (said, endings) = speaks_and_is_killed(pre_empted_once);
    assert_eq!(said, [Report::Number(10), text("killed")]);
    assert_eq!(endings, [Ending::Normal, Ending::Killed]);

    let lingers = Only(|choice| {
        matches!(choice, Choice::PreEmpt { who: ProcessId(2), others: 1 } | Choice::Linger { who: ProcessId(2) })
    });
    let (said, endings) = speaks_and_is_killed(lingers);
    assert_eq!(said, [Report::Number(10), text("killed"), Report::Number(11), Report::Number(12)]);
    assert_eq!(endings, [Ending::Normal, Ending::Normal], "it has come to its end before it noticed");
}

fn says_two_and_ends(port: Handle<Report>, _: Inbox<u32>) {
    port.send(Report::Number(1));
    port.send(Report::Number(2));
}

#[test]
fn a_monitor_in_the_last_instant_of_its_target_may_be_lost_and_the_inbox_finds_out() {
    for lost in [false, true] {
        let schedule = if lost {
            Only(|choice| matches!(choice, Choice::PreEmpt { who: ProcessId(2), .. } | Choice::LoseMonitor { .. }))
        } else {
            Only(|choice| matches!(choice, Choice::PreEmpt { who: ProcessId(2), .. }))
        };
        let world = World::new(schedule, WorldOptions::default());
        let port = world.port();
        let watched = world.spawn(port.handle(), says_two_and_ends, &LIMITS).expect("there is room for a process");
        let watcher = world.spawn(port.handle(), actor, &LIMITS).expect("there is room for a process");
        world.send(watcher, Cue::Monitor(as_if(watched)));
        world.run().expect("it comes to rest");
        let down = text(format!("{} is down", ProcessId::of(&watched)));
        let said = [Report::Number(1), Report::Number(2)];
        let told = port.take();
        assert_eq!(&told[..2], said);
        assert_eq!(told[2..].contains(&down), !lost, "{told:?}");
        world.run_for(1_000).expect("it comes to rest");
        assert_eq!(port.take().contains(&down), lost, "a second later it is found out");
    }
}

fn alarms((port, name, ms): (Handle<Report>, u64, u64), mut inbox: Inbox<u64>) {
    assert!(inbox.receive_within(std::time::Duration::from_millis(ms)).is_none());
    port.send(Report::Number(name));
}

/// In which order three are woken who have set their timers in turn, for these times.
fn woken(schedule: impl Schedule + 'static, early_ms: u64, times_ms: [u64; 3]) -> Vec<Report> {
    let world = World::new(schedule, WorldOptions { early_ms, ..WorldOptions::default() });
    let port = world.port();
    for (name, ms) in (0..).zip(times_ms) {
        world.spawn((port.handle(), name, ms), alarms, &LIMITS).expect("there is room for a process");
    }
    world.run_to_the_end().expect("it comes to rest");
    port.take()
}

#[test]
fn timers_of_one_instant_ring_in_any_order_and_others_in_theirs() {
    assert_eq!(woken(Fifo, 0, [5, 5, 5]), [0, 1, 2].map(Report::Number));
    let last_first = Only(|choice| matches!(choice, Choice::Ring { .. }));
    assert_eq!(woken(last_first, 0, [5, 5, 5]), [1, 2, 0].map(Report::Number));
    let last_first = Only(|choice| matches!(choice, Choice::Ring { .. }));
    assert_eq!(woken(last_first, 0, [3, 2, 1]), [2, 1, 0].map(Report::Number));
}

#[test]
fn a_timer_that_is_near_enough_may_ring_before_who_could_run_has_run() {
    // The first has been woken and not yet spoken when the second is woken, too.
    let second_overtakes = || Only(|choice| matches!(choice, Choice::Next { runnable: [_], timer: Some(_) }));
    let clock_moved = |early_ms| {
        let world = World::new(second_overtakes(), WorldOptions { early_ms, ..WorldOptions::default() });
        let port = world.port::<Report>();
        for (name, ms) in [(0, 5), (1, 8)] {
            world.spawn((port.handle(), name, ms), alarms, &LIMITS).expect("there is room for a process");
        }
        let times = Rc::new(RefCell::new(Vec::new()));
        let seen = Rc::clone(&times);
        world.watch(move |call| {
            if matches!(call.what, What::Send(_)) {
                seen.borrow_mut().push(call.at_ms);
            }
            Fate::GoesOn
        });
        world.run_to_the_end().expect("it comes to rest");
        times.take()
    };
    assert_eq!(clock_moved(2), [5, 8]);
    assert_eq!(clock_moved(3), [8, 8]);
}

fn spawns_and_says(port: Handle<Report>, _: Inbox<()>) {
    spawn(port, actor, &LIMITS).expect("there is room for a process").send(Cue::Say(1));
    port.send(Report::Number(2));
}

#[test]
fn undisturbed_a_process_runs_until_it_has_to_wait() {
    let world = World::default();
    let port = world.port();
    world.spawn(port.handle(), spawns_and_says, &MAY_SPAWN).expect("there is room for a process");
    world.run().expect("it comes to rest");
    assert_eq!(port.take(), [Report::Number(2), Report::Number(1)]);
}
