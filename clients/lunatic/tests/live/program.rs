//! The program of a scenario: the test's own process, to which everything is told.

use std::collections::{HashMap, VecDeque};

use umbra_client_core::protocol::{ClientMessage, OkBody, Subprotocol};
use umbra_client_core::{ClientError, ClientEvent};
use umbra_client_lunatic::{Client, Config, Identity, Told};
use umbra_client_scenarios::{Program, Scenario};
use umbra_otp::{Inbox, Incoming};

use crate::port::SOON;

pub struct Process<'a> {
    inbox: &'a mut Inbox<Told>,
    client: Option<Client>,
    asked: u64,
    events: VecDeque<ClientEvent>,
    answers: HashMap<u64, Result<OkBody, ClientError>>,
}

impl<'a> Process<'a> {
    pub fn new(inbox: &'a mut Inbox<Told>) -> Self {
        Self { inbox, client: None, asked: 0, events: VecDeque::new(), answers: HashMap::new() }
    }

    fn wait<T>(&mut self, what: &str, mut take: impl FnMut(&mut Self) -> Option<T>) -> T {
        loop {
            if let Some(taken) = take(self) {
                return taken;
            }
            match self.inbox.receive_within(SOON) {
                Some(Incoming::Message(Told::Event(event))) => self.events.push_back(event),
                Some(Incoming::Message(Told::SignedIn(_))) => {}
                Some(Incoming::Message(Told::Answer { asked, result })) => {
                    assert_eq!(self.answers.insert(asked, result), None, "{asked} is answered once");
                }
                Some(Incoming::Down(_)) => {}
                other => panic!("waited for {what}, got {other:?}"),
            }
        }
    }
}

impl Program for Process<'_> {
    fn connect(&mut self, url: &str, subprotocol: Subprotocol, scenario: &Scenario) {
        let identity = Identity::New(scenario.hello.clone());
        let answer_timeout = scenario.answer_timeout;
        let config = Config { url: url.to_owned(), identity, subprotocol, answer_timeout };
        self.client = Some(Client::start(self.inbox, config).expect("a process"));
    }

    fn ask(&mut self, message: ClientMessage) {
        self.asked += 1;
        self.client.expect("connected").ask(self.asked, message);
    }

    fn told(&mut self) -> ClientEvent {
        self.wait("an event", |program| program.events.pop_front())
    }

    fn answered(&mut self, asked: u64) -> Result<OkBody, ClientError> {
        // Kept, so that a second one would be noticed.
        self.wait("an answer", |program| program.answers.get(&asked).cloned())
    }

    fn leave(&mut self) {
        self.client.expect("connected").close();
    }
}

impl Drop for Process<'_> {
    fn drop(&mut self) {
        if let Some(client) = self.client {
            client.close();
            // Its last word, so that the next scenario hears nothing of this one.
            while !self.events.iter().any(|event| matches!(event, ClientEvent::Closed(_))) {
                match self.inbox.receive_within(SOON) {
                    Some(Incoming::Message(Told::Event(event))) => self.events.push_back(event),
                    Some(Incoming::Down(_)) | None => return,
                    Some(_) => {}
                }
            }
        }
    }
}
