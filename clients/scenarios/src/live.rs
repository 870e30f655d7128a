//! SCENARIOS, the live stage: a home's program on one side, the scripted server on the other, real TCP in between.

use umbra_client_core::protocol::{ClientFrame, ClientMessage, OkBody, Subprotocol};
use umbra_client_core::{ClientError, ClientEvent, Payload};

use crate::{Listen, Scenario, Server, Stage};

/// A program that plays through one home of the client core. Waits are generous, and past them it panics.
pub trait Program {
    /// Begins a client that connects to `url`, and does not wait for it.
    fn connect(&mut self, url: &str, subprotocol: Subprotocol, scenario: &Scenario);
    /// Asks for something and does not wait.
    fn ask(&mut self, message: ClientMessage);
    /// Waits for what the client tells next. If connecting fails, that is told as [`ClientEvent::Closed`].
    fn told(&mut self) -> ClientEvent;
    /// Waits until so much more was told, and forgets it.
    fn told_many(&mut self, count: usize) {
        (0..count).for_each(|_| drop(self.told()));
    }
    /// Waits for the answer to what was asked, counted from 1.
    fn answered(&mut self, asked: u64) -> Result<OkBody, ClientError>;
    /// Ends the client and does not wait.
    fn leave(&mut self);
}

/// Both.
pub struct Live<L: Listen, P> {
    server: Server<L>,
    program: P,
}

impl<L: Listen, P: Program> Live<L, P> {
    /// A server and a program that have not met.
    pub fn new(server: Server<L>, program: P) -> Self {
        Self { server, program }
    }
}

impl<L: Listen, P: Program> Stage for Live<L, P> {
    fn subprotocol(&self) -> Subprotocol {
        self.server.subprotocol()
    }

    fn accept(&mut self) {
        self.server.accept();
    }

    fn refuse(&mut self) {
        self.server.refuse();
    }

    fn receive(&mut self) -> ClientFrame {
        self.server.receive()
    }

    fn say(&mut self, connection: usize, payload: &Payload<'_>) {
        self.server.say(connection, payload);
    }

    fn say_many(&mut self, payloads: &mut dyn Iterator<Item = Payload<'static>>) {
        self.server.say_many(payloads);
    }

    fn told_many(&mut self, count: usize) {
        self.program.told_many(count);
    }

    fn close(&mut self, connection: usize, code: u16) {
        self.server.close(connection, code);
    }

    fn cut(&mut self) {
        self.server.cut();
    }

    fn is_left(&mut self) -> Option<u16> {
        self.server.is_left()
    }

    fn accepted(&self) -> usize {
        self.server.accepted()
    }

    fn connect(&mut self, scenario: &Scenario) {
        self.program.connect(&self.server.url(), self.server.subprotocol(), scenario);
    }

    fn ask(&mut self, message: ClientMessage) {
        self.program.ask(message);
    }

    fn told(&mut self) -> ClientEvent {
        self.program.told()
    }

    fn answered(&mut self, asked: u64) -> Result<OkBody, ClientError> {
        self.program.answered(asked)
    }

    fn leave(&mut self) {
        self.program.leave();
    }
}
