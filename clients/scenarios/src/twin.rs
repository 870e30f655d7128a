//! SCENARIOS, the twin's stage: nothing but the machine, and a clock that jumps to whatever is waited for.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use umbra_client_core::protocol::{ClientFrame, ClientMessage, OkBody, Subprotocol};
use umbra_client_core::{ClientError, ClientEvent, ConnectionId, Effect, Loss, Machine, Payload};

use crate::play::through_the_wire;
use crate::{Scenario, Stage};

/// How often the clock may jump while one thing is waited for.
const JUMPS_MAX: usize = 100;

/// The client without a home.
#[derive(Debug)]
pub struct Twin {
    machine: Option<Machine>,
    subprotocol: Subprotocol,
    now: Duration,
    /// Asked for and not yet let in.
    opening: Option<ConnectionId>,
    connections: Vec<Connection>,
    told: VecDeque<ClientEvent>,
    answered: BTreeMap<u64, Result<OkBody, ClientError>>,
}

#[derive(Debug)]
struct Connection {
    id: ConnectionId,
    sent: VecDeque<ClientFrame>,
    /// How the client hung up: with goodbye or without.
    left: Option<bool>,
}

impl Twin {
    /// Before the first connection.
    pub fn new(subprotocol: Subprotocol) -> Self {
        Self {
            machine: None,
            subprotocol,
            now: Duration::ZERO,
            opening: None,
            connections: Vec::new(),
            told: VecDeque::new(),
            answered: BTreeMap::new(),
        }
    }

    fn drive<T>(&mut self, act: impl FnOnce(&mut Machine, Duration) -> T) -> T {
        let machine = self.machine.as_mut().expect("the client was begun");
        let done = act(machine, self.now);
        while let Some(effect) = self.machine.as_mut().and_then(Machine::effect) {
            self.perform(effect);
        }
        done
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Open(connection) => self.opening = Some(connection),
            Effect::Transmit(connection, frame) => {
                let frame = through_the_wire(self.subprotocol, &frame);
                if let Some(open) = self.connections.iter_mut().find(|open| open.id == connection) {
                    open.sent.push_back(frame);
                }
            }
            Effect::HangUp { connection, goodbye } => {
                self.opening = self.opening.filter(|opening| *opening != connection);
                if let Some(open) = self.connections.iter_mut().find(|open| open.id == connection) {
                    open.left = Some(goodbye);
                }
            }
            Effect::Answer { reference, result } => {
                let before = self.answered.insert(reference, result);
                assert_eq!(before, None, "action {reference} is answered once");
            }
            Effect::Tell(event) => self.told.push_back(event),
        }
    }

    /// Lets time pass until there is something of the kind.
    fn wait<T>(&mut self, what: &str, mut take: impl FnMut(&mut Self) -> Option<T>) -> T {
        for _ in 0..JUMPS_MAX {
            if let Some(taken) = take(self) {
                return taken;
            }
            let deadline = self.machine.as_ref().and_then(Machine::deadline);
            self.now = deadline.unwrap_or_else(|| panic!("nothing more will happen, and no {what}")).max(self.now);
            self.drive(|machine, now| machine.elapsed(now));
        }
        panic!("waited in vain for {what}");
    }

    fn newest(&mut self) -> &mut Connection {
        self.connections.last_mut().expect("there was a connection")
    }
}

impl Stage for Twin {
    fn subprotocol(&self) -> Subprotocol {
        self.subprotocol
    }

    fn accept(&mut self) {
        let id = self.wait("a connection", |twin| twin.opening.take());
        self.connections.push(Connection { id, sent: VecDeque::new(), left: None });
        self.drive(|machine, _| machine.opened(id));
    }

    fn refuse(&mut self) {
        let id = self.wait("a connection", |twin| twin.opening.take());
        self.drive(|machine, now| machine.lost(id, Loss::Unreachable("refused".into()), now));
    }

    fn receive(&mut self) -> ClientFrame {
        self.wait("a message", |twin| twin.newest().sent.pop_front())
    }

    fn say(&mut self, connection: usize, payload: &Payload<'_>) {
        let id = self.connections[connection].id;
        self.drive(|machine, now| machine.take(id, payload, now));
    }

    fn close(&mut self, connection: usize, code: u16) {
        let id = self.connections[connection].id;
        self.drive(|machine, now| machine.lost(id, Loss::Closed(code), now));
    }

    fn cut(&mut self) {
        let id = self.newest().id;
        self.drive(|machine, now| machine.lost(id, Loss::Cut, now));
    }

    fn is_left(&mut self) -> Option<u16> {
        let goodbye = self.wait("a goodbye", |twin| twin.newest().left);
        goodbye.then_some(1000)
    }

    fn accepted(&self) -> usize {
        self.connections.len()
    }

    fn connect(&mut self, scenario: &Scenario) {
        let machine = Machine::new(scenario.hello.clone(), true, 1).speaking(self.subprotocol);
        self.machine = Some(machine.with_answer_timeout(scenario.answer_timeout));
        self.drive(Machine::connect);
    }

    fn ask(&mut self, message: ClientMessage) {
        self.drive(|machine, now| machine.send(message, now)).expect("the client takes actions");
    }

    fn told(&mut self) -> ClientEvent {
        self.wait("an event", |twin| twin.told.pop_front())
    }

    fn answered(&mut self, asked: u64) -> Result<OkBody, ClientError> {
        // Kept, so that a second one would be noticed.
        self.wait("an answer", |twin| twin.answered.get(&asked).cloned())
    }

    fn leave(&mut self) {
        self.drive(|machine, _| machine.close());
    }
}
