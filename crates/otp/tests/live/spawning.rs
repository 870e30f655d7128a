//! New processes: what they are given, what they are denied, and what happens when there is no room for them.

use std::io::{Read, Write};
use std::time::Duration;

use lunatic::Mailbox;
use lunatic::net::{TcpListener, TcpStream};
use umbra_otp::{
    Child, ExitReason, Handle, Inbox, Incoming, ProcessId, ProcessLimits, SpawnError, Wire, names, spawn_link,
};

use crate::cast::{LIMITS, MAY_SPAWN, PATIENCE, Report, Stage};

fn greets((mut stream, greeting): (TcpStream, String), _: Inbox<()>) {
    stream.write_all(greeting.as_bytes()).expect("the test listens");
}

#[lunatic::test]
fn a_connection_moves_into_the_process_that_is_to_serve_it(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let listener = TcpListener::bind("127.0.0.1:0").expect("some port is free");
    let address = listener.local_addr().expect("it is bound");
    let mut client = TcpStream::connect(address).expect("it listens");
    client.set_read_timeout(Some(PATIENCE)).expect("a plain setting");
    let (served, _) = listener.accept().expect("somebody has connected");
    let child =
        stage.inbox.spawn_link((served, "welcome".to_owned()), greets, &LIMITS).expect("there is room for a process");
    let mut heard = String::new();
    // To the end: the connection closes with the process, so this process has no handle to it any more.
    client.read_to_string(&mut heard).expect("the child closes it in order");
    assert_eq!(heard, "welcome");
    stage.ended(&child);
}

fn idles(_: (), mut inbox: Inbox<()>) {
    inbox.receive();
}

#[lunatic::test]
fn a_process_for_which_there_is_no_room_is_an_error(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    for memory_bytes in [0, 1, 64 * 1024] {
        let limits = ProcessLimits { memory_bytes: Some(memory_bytes), may_spawn: false };
        let refused = stage.inbox.spawn_link((), idles, &limits).map(drop);
        assert!(matches!(&refused, Err(SpawnError::Refused(why)) if !why.is_empty()), "{refused:?}");
    }
    assert_eq!(stage.inbox.monitors(), 0);
    stage.quiet();
}

fn tries_to_spawn(stage: Handle<Report>, _: Inbox<()>) {
    let result: Result<Child<()>, SpawnError> = spawn_link((), idles, &LIMITS);
    stage.send(Report::Text(match result {
        Ok(_) => "spawned".into(),
        Err(error) => error.to_string(),
    }));
}

#[lunatic::test]
fn a_process_without_the_right_to_spawn_is_told_so_and_lives(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let handle = stage.handle();
    for (limits, outcome) in [(LIMITS, "this process may not spawn others"), (MAY_SPAWN, "spawned")] {
        let child = stage.inbox.spawn_link(handle, tries_to_spawn, &limits).expect("there is room for a process");
        assert_eq!(stage.report(), Report::Text(outcome.into()));
        stage.ended(&child);
    }
}

fn measures_itself(stage: Handle<Report>, _: Inbox<()>) {
    let variables = std::env::vars_os().count() as u32;
    let directories = u32::from(std::fs::read_dir(".").is_ok());
    stage.send(Report::Number(variables + directories));
}

#[lunatic::test]
fn a_process_sees_no_environment_and_no_files(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let handle = stage.handle();
    let child = stage.inbox.spawn_link(handle, measures_itself, &LIMITS).expect("there is room for a process");
    assert_eq!(stage.report(), Report::Number(0));
    stage.ended(&child);
}

fn swallows(_: (), mut inbox: Inbox<String>) {
    let mut swallowed = Vec::new();
    loop {
        if let Incoming::Message(text) = inbox.receive() {
            swallowed.push(text);
        }
    }
}

#[lunatic::test]
fn a_process_that_outgrows_its_memory_ends_alone(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let limits = ProcessLimits { memory_bytes: Some(8 * 1024 * 1024), may_spawn: false };
    let child = stage.inbox.spawn_link((), swallows, &limits).expect("there is room for a process");
    for _ in 0..10 {
        child.handle.send("x".repeat(1024 * 1024));
    }
    assert_eq!(stage.failed(&child), ExitReason::Untold);
}

fn echoes(stage: Handle<Report>, mut inbox: Inbox<String>) {
    loop {
        match inbox.receive() {
            Incoming::Message(text) => stage.send(Report::Text(text)),
            Incoming::Garbled(_) => stage.send(Report::Text("garbled".into())),
            Incoming::LinkDied(_) | Incoming::Down(_) => {}
        }
    }
}

#[lunatic::test]
fn a_message_of_a_mebibyte_arrives_whole(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let handle = stage.handle();
    let child = stage.inbox.spawn_link(handle, echoes, &LIMITS).expect("there is room for a process");
    let text = "umbra ".repeat(1024 * 1024 / 6);
    child.handle.send(text.clone());
    assert_eq!(stage.report(), Report::Text(text));
}

#[lunatic::test]
fn a_garbled_message_does_not_kill_its_receiver(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let handle = stage.handle();
    let child = stage.inbox.spawn_link(handle, echoes, &LIMITS).expect("there is room for a process");
    let mistaken: Handle<Vec<u64>> = ProcessId::of(&child.handle).handle();
    mistaken.send(vec![u64::MAX, 3]);
    child.handle.send("still here".into());
    assert_eq!(stage.report(), Report::Text("garbled".into()));
    assert_eq!(stage.report(), Report::Text("still here".into()));
}

#[lunatic::test]
fn a_name_finds_the_living_and_nobody_else(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let spawn = |stage: &mut Stage| {
        let handle = stage.handle();
        stage.inbox.spawn_link(handle, echoes, &LIMITS).expect("there is room for a process")
    };
    assert_eq!(names::whereis::<String>("echo"), None);
    let first = spawn(&mut stage);
    names::register("echo", first.handle);
    assert_eq!(names::whereis("echo"), Some(first.handle));
    assert_eq!(names::whereis::<u32>("echo"), None, "a name belongs to a message type");
    first.handle.kill();
    stage.failed(&first);
    assert_eq!(names::whereis::<String>("echo"), None);
    let second = spawn(&mut stage);
    names::register("echo", second.handle);
    assert_eq!(names::whereis("echo"), Some(second.handle));
}

fn sleeps_for_an_hour(_: ()) {
    lunatic::sleep(Duration::from_secs(3600));
}

#[lunatic::test]
fn a_process_without_a_mailbox_can_be_killed_where_it_waits(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let child = stage.inbox.spawn_link_plain((), sleeps_for_an_hour, &LIMITS).expect("there is room for a process");
    child.handle.kill();
    assert_eq!(stage.failed(&child), ExitReason::Untold);
}
