//! The twin with a clock that a test turns, and with its effects sorted into drawers.

#![allow(dead_code, reason = "no test file uses all of it")]

use std::mem::take;
use std::time::Duration;

use umbra_client_core::protocol::*;
use umbra_client_core::{ClientError, ClientEvent, ConnectionId, Effect, Loss, Machine, Payload};

use crate::frames::{ann, hello_ok};

pub struct Scripted {
    pub machine: Machine,
    pub now: Duration,
    connection: Option<ConnectionId>,
    sent: Vec<ClientFrame>,
    told: Vec<ClientEvent>,
    results: Vec<(u64, Result<OkBody, ClientError>)>,
    hung_up: Vec<ConnectionId>,
    lost: Vec<ConnectionId>,
}

impl Scripted {
    pub fn new(machine: Machine) -> Self {
        Self {
            machine,
            now: Duration::from_secs(1000),
            connection: None,
            sent: Vec::new(),
            told: Vec::new(),
            results: Vec::new(),
            hung_up: Vec::new(),
            lost: Vec::new(),
        }
    }

    /// A client that has just signed in for the first time.
    pub fn online(epoch: u64) -> Self {
        let mut client = Self::new(Machine::new(ann(), true, 1));
        client.connect();
        client.receive(hello_ok(epoch, false, 0));
        client.sent.clear();
        client.told.clear();
        client
    }

    /// Carries out the orders so far.
    pub fn settle(&mut self) {
        while let Some(effect) = self.machine.effect() {
            match effect {
                Effect::Open(connection) => self.connection = Some(connection),
                Effect::Transmit(connection, frame) => {
                    if self.connection == Some(connection) {
                        self.sent.push(frame);
                    }
                }
                Effect::HangUp { connection, .. } => self.hung_up.push(connection),
                Effect::Answer { reference, result } => self.results.push((reference, result)),
                Effect::Tell(event) => self.told.push(event),
            }
        }
    }

    pub fn connection(&self) -> ConnectionId {
        self.connection.expect("there was an attempt")
    }

    /// Whether the client has a connection, or an attempt under way.
    pub fn is_connected(&self) -> bool {
        self.connection
            .is_some_and(|connection| !self.hung_up.contains(&connection) && !self.lost.contains(&connection))
    }

    /// Asks for a connection and opens it.
    pub fn connect(&mut self) {
        self.machine.connect(self.now);
        self.settle();
        self.machine.opened(self.connection());
        self.settle();
    }

    /// Lets time pass until the next attempt begins.
    pub fn wait_for_attempt(&mut self) {
        let before = self.connection;
        self.now = self.machine.deadline().expect("an attempt is planned");
        self.machine.elapsed(self.now);
        self.settle();
        assert_ne!(self.connection, before, "an attempt begins");
    }

    /// Lets time pass until the next attempt, and lets it through.
    pub fn come_back(&mut self) {
        self.wait_for_attempt();
        self.machine.opened(self.connection());
        self.settle();
    }

    pub fn pass(&mut self, time: Duration) {
        self.now += time;
        self.machine.elapsed(self.now);
        self.settle();
    }

    pub fn receive(&mut self, frame: ServerFrame) {
        self.machine.received(self.connection(), frame, self.now);
        self.settle();
    }

    pub fn take_payload(&mut self, payload: Payload<'_>) {
        self.machine.take(self.connection(), &payload, self.now);
        self.settle();
    }

    pub fn lose(&mut self, loss: Loss) {
        self.lost.push(self.connection());
        self.machine.lost(self.connection(), loss, self.now);
        self.settle();
    }

    pub fn send(&mut self, message: ClientMessage) -> Result<u64, ClientError> {
        let reference = self.machine.send(message, self.now);
        self.settle();
        reference
    }

    /// How the client signed in last.
    pub fn hello(&mut self) -> Hello {
        match self.take_sent().pop().map(|frame| frame.message) {
            Some(ClientMessage::Hello(hello)) => hello,
            other => panic!("expected HELLO, got {other:?}"),
        }
    }

    pub fn take_sent(&mut self) -> Vec<ClientFrame> {
        take(&mut self.sent)
    }

    /// The `ref`s of the actions sent, `HELLO` left out.
    pub fn take_sent_refs(&mut self) -> Vec<u64> {
        let actions = self.take_sent().into_iter().filter(|frame| !matches!(frame.message, ClientMessage::Hello(_)));
        actions.filter_map(|frame| frame.reference).collect()
    }

    pub fn take_told(&mut self) -> Vec<ClientEvent> {
        take(&mut self.told)
    }

    pub fn take_seqs(&mut self) -> Vec<u64> {
        let told = self.take_told().into_iter();
        told.filter_map(|event| if let ClientEvent::Event { seq, .. } = event { Some(seq) } else { None }).collect()
    }

    pub fn take_results(&mut self) -> Vec<(u64, Result<OkBody, ClientError>)> {
        take(&mut self.results)
    }

    /// The `ref`s of the actions that were answered with `OK`.
    pub fn take_answered(&mut self) -> Vec<u64> {
        self.take_results().into_iter().filter(|(_, result)| result.is_ok()).map(|(reference, _)| reference).collect()
    }

    pub fn take_hung_up(&mut self) -> Vec<ConnectionId> {
        take(&mut self.hung_up)
    }
}
