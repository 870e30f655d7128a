//! The JavaScript client (`clients/js`) in the scenarios of the Rust clients, over real connections. What it does otherwise, on
//! purpose, is listed here.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use umbra_client_core::protocol::{
    ClientFrame, ClientMessage, GameValue, Hello, OkBody, Subprotocol, WireError, encode_client_json,
};
use umbra_client_core::{ClientError, ClientEvent, Ending};
use umbra_client_scenarios::{Live, Port, Program, Scenario, Server, list, play};

const SOON: Duration = Duration::from_secs(30);
const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../js/tests/program.js");

/// Scenarios that the client of a page plays differently, and how.
const OTHERWISE: [(&str, &str); 2] = [
    ("a session that the server does not know any more is final", "it signs in afresh: a page knows who its user is"),
    (
        "a server that cannot be reached at first is an error of connecting",
        "it goes on trying: a page has nobody to tell",
    ),
];

/// The program that node runs.
struct Node {
    child: Child,
    orders: ChildStdin,
    told: Receiver<Value>,
    answers: Receiver<Value>,
    asked: Vec<ClientMessage>,
    answered: Vec<(u64, Value)>,
}

impl Node {
    fn start() -> Self {
        let mut command = Command::new("node");
        let child = command.arg(PROGRAM).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.expect("node is there");
        let orders = child.stdin.take().expect("a pipe");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let (tell, told) = mpsc::channel();
        let (answer, answers) = mpsc::channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let mut line: Value = serde_json::from_str(&line).expect("the program prints JSON");
                // A test that has failed does not listen any more.
                let _ = if line["told"].is_null() { answer.send(line) } else { tell.send(line["told"].take()) };
            }
        });
        Self { child, orders, told, answers, asked: Vec::new(), answered: Vec::new() }
    }

    fn order(&mut self, order: &str) {
        writeln!(self.orders, "{order}").expect("the program listens");
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Program for Node {
    fn connect(&mut self, url: &str, _: Subprotocol, scenario: &Scenario) {
        let Hello::Guest { user_name } = &scenario.hello else { panic!("another scenario than this program knows") };
        let answer_ms = u64::try_from(scenario.answer_timeout.as_millis()).expect("a time that fits");
        let connect = json!({ "connect": { "url": url, "userName": user_name, "answerMs": answer_ms } });
        self.order(&connect.to_string());
    }

    fn ask(&mut self, message: ClientMessage) {
        let frame = ClientFrame { reference: Some(1), ack: None, message: message.clone() };
        self.asked.push(message);
        // As text: a value would not keep the order of what is in an action.
        self.order(&format!(r#"{{"ask":{}}}"#, encode_client_json(&frame)));
    }

    fn told(&mut self) -> ClientEvent {
        let told = self.told.recv_timeout(SOON).expect("something is told");
        serde_json::from_value(told.clone()).unwrap_or_else(|error| panic!("{told}: {error}"))
    }

    fn answered(&mut self, asked: u64) -> Result<OkBody, ClientError> {
        loop {
            if let Some(at) = self.answered.iter().position(|(number, _)| *number == asked) {
                let (_, answer) = self.answered.remove(at);
                return result(&self.asked[usize::try_from(asked - 1).expect("a small number")], &answer);
            }
            let answer = self.answers.recv_timeout(SOON).expect("an answer comes");
            self.answered.push((answer["answered"].as_u64().expect("it says to what"), answer));
        }
    }

    fn leave(&mut self) {
        self.order(r#"{"leave":{}}"#);
    }
}

/// An answer in the words of the Rust clients.
fn result(asked: &ClientMessage, answer: &Value) -> Result<OkBody, ClientError> {
    let error = &answer["error"];
    match error["code"].as_str() {
        None if matches!(asked, ClientMessage::GameAction { .. }) && answer["ok"] != json!({}) => {
            Ok(OkBody::Answer(GameValue::trusted(answer["ok"].to_string())))
        }
        None => Ok(OkBody::Empty),
        Some("SESSION_LOST") => Err(ClientError::Lost),
        Some("REPLACED") => Err(ClientError::Closed(Ending::Replaced)),
        Some("CLOSED") => Err(ClientError::Closed(Ending::Caller)),
        Some(code) => {
            let code = serde_json::from_value(json!(code)).unwrap_or_else(|_| panic!("no code of a server: {error}"));
            Err(ClientError::Refused(WireError::new(code, error["message"].as_str().unwrap_or_default())))
        }
    }
}

#[test]
fn the_javascript_client_does_what_every_scenario_wants() {
    let otherwise = |scenario: &Scenario| OTHERWISE.iter().any(|(name, _)| *name == scenario.name);
    let (otherwise, alike): (Vec<_>, Vec<_>) = list::all().into_iter().partition(otherwise);
    assert_eq!(otherwise.len(), OTHERWISE.len(), "every exception is a scenario");
    assert!(alike.len() > 20, "{} scenarios", alike.len());
    for scenario in alike {
        play(&scenario, &mut Live::new(Server::new(Port::any(), Subprotocol::Json), Node::start()));
    }
}
