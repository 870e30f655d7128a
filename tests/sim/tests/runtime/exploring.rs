//! The explorer goes through every course within its bound, once, and finds what is to be found there.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use umbra_otp::sim::{Choice, Explored, Explorer, Schedule, World, WorldOptions};
use umbra_otp::{Handle, Inbox, Incoming};

use crate::actors::{LIMITS, Report};

#[derive(Serialize, Deserialize)]
enum Counter {
    Read(Handle<u64>),
    Write(u64),
}

fn counter(_: (), mut inbox: Inbox<Counter>) {
    let mut total = 0;
    while let Incoming::Message(message) = inbox.receive() {
        match message {
            Counter::Read(to) => to.send(total),
            Counter::Write(new) => total = new,
        }
    }
}

/// Reads, adds one, writes: wrong, if somebody gets in between.
fn adds_one(counter: Handle<Counter>, mut inbox: Inbox<u64>) {
    counter.send(Counter::Read(inbox.this()));
    if let Incoming::Message(total) = inbox.receive() {
        counter.send(Counter::Write(total + 1));
    }
}

/// Two that add one, the second when the first has had its turn. Comes to the total.
fn total(schedule: impl Schedule + 'static) -> Result<(), String> {
    let world = World::new(schedule, WorldOptions::default());
    let port = world.port();
    let counter = world.spawn((), counter, &LIMITS).expect("there is room for a process");
    world.run().expect("it comes to rest");
    for _ in 0..2 {
        world.spawn(counter, adds_one, &LIMITS).expect("there is room for a process");
        // As if the second came a little later: undisturbed, the first is done by then.
        world.spawn(port.handle(), |_: Handle<u64>, _: Inbox<()>| {}, &LIMITS).expect("there is room for a process");
    }
    world.run().expect("it comes to rest");
    world.send(counter, Counter::Read(port.handle()));
    world.run().expect("it comes to rest");
    match port.take().as_slice() {
        [2] => Ok(()),
        other => Err(format!("2 and not {other:?}")),
    }
}

#[test]
fn a_lost_update_is_found_and_can_be_seen_again() {
    let mut explorer = Explorer::new(2);
    let found = explorer.explore(10_000, total).expect_err("one update can get lost");
    assert_eq!(found.error, "2 and not [1]");
    assert!(found.trail.len() <= 2);
    assert!(found.to_string().contains(&found.trail.to_string()));
    for _ in 0..3 {
        assert_eq!(total(found.trail.follow()), Err(found.error.clone()));
    }
}

fn speaks((port, number): (Handle<Report>, u64), _: Inbox<()>) {
    port.send(Report::Number(number));
    port.send(Report::Number(number));
}

/// What two say who each speak twice.
fn said(schedule: impl Schedule + 'static) -> Vec<Report> {
    let world = World::new(schedule, WorldOptions::default());
    let port = world.port();
    for number in 0..2 {
        world.spawn((port.handle(), number), speaks, &LIMITS).expect("there is room for a process");
    }
    world.run().expect("it comes to rest");
    port.take()
}

#[test]
fn every_course_within_the_bound_is_taken_once() {
    for (bound, orders) in [(0, 1), (1, 3), (2, 5), (3, 6), (4, 6)] {
        let (mut trails, mut heard) = (HashSet::new(), HashSet::new());
        let mut explorer = Explorer::new(bound);
        while let Some(guided) = explorer.next_run() {
            let trail = guided.trail();
            assert!(trail.len() <= bound);
            heard.insert(format!("{:?}", said(guided)));
            assert!(trails.insert(trail), "no trail comes twice");
        }
        assert_eq!(explorer.runs(), trails.len() as u64);
        assert_eq!(heard.len(), orders, "with a bound of {bound}");
        assert!(explorer.next_run().is_none(), "it stays over");
    }
}

#[test]
fn every_answer_to_a_choice_is_tried() {
    let mut heard = HashSet::new();
    let explored = Explorer::new(2).explore(1_000, |guided| {
        let world = World::new(guided, WorldOptions::default());
        let port = world.port::<Report>();
        for number in 0..3 {
            world.spawn((port.handle(), number), speaks, &LIMITS).expect("there is room for a process");
        }
        world.run().expect("it comes to rest");
        let said = port.take();
        if said.chunks(2).all(|words| words[0] == words[1]) {
            heard.insert(format!("{said:?}"));
        }
        Ok::<(), String>(())
    });
    assert!(explored.is_ok_and(|explored| explored.all));
    assert_eq!(heard.len(), 6, "three who are not interrupted, in all orders");
}

#[test]
fn the_course_may_be_left_only_where_it_is_said() {
    let mut explorer = Explorer::new(2).only_at(|choice| matches!(choice, Choice::Next { .. }));
    let mut heard = HashSet::new();
    let explored = explorer.explore(1_000, |guided| {
        heard.insert(format!("{:?}", said(guided)));
        Ok::<(), String>(())
    });
    assert_eq!(explored, Ok(Explored { runs: 2, all: true }));
    assert_eq!(heard.len(), 2, "one after the other, or the other way round");
}

#[test]
fn exploring_stops_at_its_limit_and_says_so() {
    let explore = |runs_max| Explorer::new(1).explore(runs_max, |guided| drop_result(said(guided)));
    let all = explore(u64::MAX).expect("nothing fails");
    assert!(all.all);
    assert_eq!(
        explore(all.runs),
        Ok(Explored { runs: all.runs, all: false }),
        "it does not know that this was the last"
    );
    assert_eq!(explore(1), Ok(Explored { runs: 1, all: false }));
}

fn drop_result(_: Vec<Report>) -> Result<(), String> {
    Ok(())
}

#[test]
#[should_panic(expected = "never came to where it was to branch off")]
fn a_world_that_is_made_anew_in_another_way_is_noticed() {
    let mut explorer = Explorer::new(1);
    drop(explorer.next_run().map(said));
    // The next one is to leave the course somewhere, and there is nothing to choose.
    let guided = explorer.next_run().expect("there are more");
    World::new(guided, WorldOptions::default()).run().expect("it comes to rest");
    explorer.next_run();
}
