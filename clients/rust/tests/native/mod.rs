//! The program of a scenario: a thread of its own, beside those of the client.

use std::future::poll_fn;
use std::sync::mpsc;
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::Runtime;
use umbra_client::protocol::{ClientMessage, Hello, OkBody, Subprotocol};
use umbra_client::{Client, ClientError, ClientEvent};
use umbra_client_scenarios::{Program, Scenario};

const SOON: Duration = Duration::from_secs(30);

/// A program with a thread of its own, the test's, beside those of the client.
pub struct Native {
    runtime: Runtime,
    client: Option<Client>,
    connecting: Option<mpsc::Receiver<Result<Client, ClientError>>>,
    answers: Vec<mpsc::Receiver<Answer>>,
}

type Answer = Result<OkBody, ClientError>;

impl Native {
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        Self { runtime, client: None, connecting: None, answers: Vec::new() }
    }
}

impl Program for Native {
    fn connect(&mut self, url: &str, subprotocol: Subprotocol, scenario: &Scenario) {
        let Hello::Guest { user_name } = &scenario.hello else { panic!("another scenario than this program knows") };
        let builder = Client::builder(url).subprotocol(subprotocol).name(user_name.clone());
        let connect = builder.answer_timeout(scenario.answer_timeout).connect();
        let (tell, connecting) = mpsc::channel();
        self.runtime.spawn(async move { tell.send(connect.await) });
        self.connecting = Some(connecting);
    }

    fn ask(&mut self, message: ClientMessage) {
        let client = self.client.clone().expect("online");
        let (tell, answer) = mpsc::channel();
        self.answers.push(answer);
        let mut sending = Box::pin(async move { client.send(message).await });
        // Polled once here, so that what is asked first is numbered first.
        let polled = self.runtime.block_on(poll_fn(|context| Poll::Ready(sending.as_mut().poll(context))));
        match polled {
            Poll::Ready(result) => tell.send(result).unwrap(),
            Poll::Pending => drop(self.runtime.spawn(async move { tell.send(sending.await) })),
        }
    }

    fn told(&mut self) -> ClientEvent {
        if let Some(connecting) = self.connecting.take() {
            match connecting.recv_timeout(SOON).expect("connecting comes to something") {
                Ok(client) => self.client = Some(client),
                Err(ClientError::Closed(ending)) => return ClientEvent::Closed(ending),
                Err(error) => panic!("{error}"),
            }
        }
        let events = self.client.as_ref().expect("online").events();
        let next = self.runtime.block_on(async { tokio::time::timeout(SOON, events.next()).await });
        next.expect("something is told").expect("the stream goes on")
    }

    fn answered(&mut self, asked: u64) -> Answer {
        let answer = &self.answers[usize::try_from(asked - 1).unwrap()];
        answer.recv_timeout(SOON).expect("an answer comes")
    }

    fn leave(&mut self) {
        let client = self.client.clone().expect("online");
        self.runtime.spawn(async move { client.close().await });
    }
}
