//! Links and monitors: who is told of which end, in which order, and with which words.

use umbra_otp::sim::{Ending, World};
use umbra_otp::{Handle, Inbox, Incoming, ProcessId};

use crate::actors::{Cue, LIMITS, MAY_SPAWN, Report, actor, child_of, one_actor, text, told};

#[test]
fn a_monitor_is_told_of_every_end_once() {
    for (cue, ending) in [
        (Cue::End, Some(Ending::Normal)),
        (Cue::Fail("no reason".into()), Some(Ending::Failed)),
        // With its place, which is not this test's business.
        (Cue::Panic, None),
    ] {
        let world = World::default();
        let (port, watcher) = one_actor(&world);
        let watched = world.spawn(port.handle(), actor, &LIMITS).expect("there is room for a process");
        assert_eq!(told(&world, &port, watcher, Cue::Monitor(watched)), []);
        let down = text(format!("{} is down", ProcessId::of(&watched)));
        assert_eq!(told(&world, &port, watched, cue), [down]);
        world.run_to_the_end().expect("it comes to rest");
        assert_eq!(port.take(), []);
        match (&world.deaths()[0].ending, ending) {
            (Ending::Panicked(what), None) => assert!(what.starts_with("on cue, at "), "{what}"),
            (found, expected) => assert_eq!(Some(found), expected.as_ref()),
        }
    }
}

#[test]
fn a_killed_process_is_told_of_too_and_lives_until_its_turn() {
    let world = World::default();
    let (port, watcher) = one_actor(&world);
    let watched = world.spawn(port.handle(), actor, &LIMITS).expect("there is room for a process");
    told(&world, &port, watcher, Cue::Monitor(watched));
    world.kill(ProcessId::of(&watched));
    assert!(world.is_alive(ProcessId::of(&watched)));
    world.run().expect("it comes to rest");
    assert_eq!(port.take(), [text(format!("{} is down", ProcessId::of(&watched)))]);
    assert_eq!(world.deaths()[0].ending, Ending::Killed);
}

#[test]
fn the_runtime_is_silent_about_who_is_dead_already_and_the_inbox_finds_out() {
    let world = World::default();
    let (port, watcher) = one_actor(&world);
    let dead = world.spawn(port.handle(), actor, &LIMITS).expect("there is room for a process");
    told(&world, &port, dead, Cue::End);
    let other = world.port::<()>();
    assert!(!other.monitor(ProcessId::of(&dead)));
    assert_eq!(told(&world, &port, watcher, Cue::Monitor(dead)), [text(format!("{} is down", ProcessId::of(&dead)))]);
    world.run_to_the_end().expect("it comes to rest");
    assert_eq!((other.downs(), port.take()), (vec![], vec![]));
}

#[test]
fn a_monitor_that_is_set_behind_a_kill_is_lost_and_the_inbox_looks_again() {
    let world = World::default();
    let (port, watcher) = one_actor(&world);
    let watched = world.spawn(port.handle(), actor, &LIMITS).expect("there is room for a process");
    world.run().expect("it comes to rest");
    let id = ProcessId::of(&watched);
    // The watcher finds it alive, kills it and then monitors it, all before it can die.
    world.send(watcher, Cue::Kill(id));
    world.send(watcher, Cue::Monitor(watched));
    world.run().expect("it comes to rest");
    assert!(!world.is_alive(id));
    assert_eq!(port.take(), [], "the runtime says nothing");
    world.run_for(999).expect("it comes to rest");
    assert_eq!(port.take(), []);
    world.run_for(1).expect("it comes to rest");
    assert_eq!(port.take(), [text(format!("{id} is down"))]);
}

#[test]
fn a_parent_hears_of_its_childs_failure_with_its_last_words_and_not_of_its_normal_end() {
    for (cue, words) in [
        (Cue::Fail("tired".into()), Some("a child failed: tired")),
        (Cue::Panic, Some("a child failed: panicked: on cue, at tests/sim/tests/runtime/actors.rs")),
        (Cue::End, None),
    ] {
        let world = World::default();
        let (port, parent) = one_actor(&world);
        let child = child_of(&world, &port, parent, false);
        let reports = told(&world, &port, child, cue);
        match (reports.as_slice(), words) {
            ([], None) => {}
            ([Report::Text(said)], Some(words)) => assert!(said.starts_with(words), "{said}"),
            (other, expected) => panic!("expected {expected:?}, got {other:?}"),
        }
    }
}

#[test]
fn a_killed_child_has_no_words() {
    let world = World::default();
    let (port, parent) = one_actor(&world);
    let child = child_of(&world, &port, parent, true);
    world.kill(ProcessId::of(&child));
    world.run().expect("it comes to rest");
    assert_eq!(port.take(), [text("a child failed: killed, trapped or out of memory")]);
}

#[test]
fn a_child_that_is_linked_and_monitored_ends_in_one_event() {
    for (cue, said) in [(Cue::Fail("tired".into()), "a child failed: tired".to_owned()), (Cue::End, String::new())] {
        let world = World::default();
        let (port, parent) = one_actor(&world);
        let child = child_of(&world, &port, parent, true);
        let said = if said.is_empty() { format!("{} is down", ProcessId::of(&child)) } else { said };
        assert_eq!(told(&world, &port, child, cue), [text(said)]);
        world.run_to_the_end().expect("it comes to rest");
        assert_eq!(port.take(), []);
    }
}

#[test]
fn the_failure_of_a_parent_takes_its_children_along_and_its_normal_end_does_not() {
    for (cue, survives) in [(Cue::Panic, false), (Cue::End, true)] {
        let world = World::default();
        let (port, parent) = one_actor(&world);
        let children = [true, false].map(|monitored| child_of(&world, &port, parent, monitored));
        told(&world, &port, parent, cue);
        for child in children {
            assert_eq!(world.is_alive(ProcessId::of(&child)), survives);
        }
    }
}

fn sleeps_for_an_hour(port: Handle<Report>) {
    umbra_otp::sleep(std::time::Duration::from_secs(3600));
    port.send(text("good morning"));
}

fn raises_a_sleeper(port: Handle<Report>, mut inbox: Inbox<Cue>) {
    inbox.spawn_link_plain(port, sleeps_for_an_hour, &LIMITS).expect("there is room for a process");
    while !matches!(inbox.receive(), Incoming::Message(Cue::Panic)) {}
    panic!("on cue");
}

#[test]
fn a_child_without_a_mailbox_dies_with_its_parent_wherever_it_waits() {
    let world = World::default();
    let port = world.port();
    let parent = world.spawn(port.handle(), raises_a_sleeper, &MAY_SPAWN).expect("there is room for a process");
    world.run().expect("it comes to rest");
    assert_eq!(world.processes().len(), 3, "the port, the parent, the sleeper");
    world.send(parent, Cue::Panic);
    world.run_to_the_end().expect("it comes to rest");
    assert_eq!(world.processes().len(), 1);
    assert_eq!(port.take(), []);
}

/// Speaks when it is dropped, which no process does on lunatic.
struct Farewell(Handle<Report>);

impl Drop for Farewell {
    fn drop(&mut self) {
        self.0.send(text("farewell"));
    }
}

fn says_farewell(port: Handle<Report>, mut inbox: Inbox<Cue>) {
    let _farewell = Farewell(port);
    if let Incoming::Message(Cue::Panic) = inbox.receive() {
        panic!("on cue");
    }
}

#[test]
fn what_a_dying_process_does_in_its_destructors_is_seen_by_nobody() {
    for dies in [true, false] {
        let world = World::default();
        let port = world.port();
        let process = world.spawn(port.handle(), says_farewell, &LIMITS).expect("there is room for a process");
        world.run().expect("it comes to rest");
        if dies {
            world.send(process, Cue::Panic);
        } else {
            world.kill(ProcessId::of(&process));
        }
        world.run().expect("it comes to rest");
        assert!(!world.is_alive(ProcessId::of(&process)));
        assert_eq!(port.take(), []);
    }
}
