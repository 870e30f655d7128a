//! SCENARIOS for homes outside of Rust's world, a page in a browser: plays the server's part itself, and asks for the program's
//! part line by line on standard output; what the page says comes on standard input. `tests/browser/home.test.js` is the other side.
//!
//! ```text
//! → {"do":"begin","name":"…"}                    a new page; nothing is kept of the one before
//! → {"do":"connect","url":"ws://…/ws","userName":"Ann","answerTimeoutMs":15000}
//! → {"do":"ask","id":"ROOM_READY","body":{"ready":true}}
//! → {"do":"told"}                                ← the next event, as the client told it
//! → {"do":"answered","asked":1}                  ← {"ok":<body>} or {"error":{"code":…,"message":…}}
//! → {"do":"leave"}
//! → {"do":"toldMany","count":9}                   (to measure) so many events, of which nothing is to be said
//! → {"do":"end","played":25}                     every scenario went as it must
//! ```
//! Where nothing is to be said, the answer is `{}`.

use std::io::{BufRead, Write, stdin, stdout};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use umbra_client_core::protocol::{
    ClientFrame, ClientMessage, ErrorCode, GameValue, Hello, OkBody, ReplyKind, ServerFrame, Subprotocol, WireError,
    decode_server_json, encode_client_json,
};
use umbra_client_core::{ClientError, ClientEvent, Ending};
use umbra_client_scenarios::{Live, Port, Program, Scenario, Server, cost, list, play};

fn page() -> Live<Port, Page> {
    Live::new(Server::new(Port::any(), Subprotocol::Bincode), Page)
}

fn main() {
    if std::env::args().nth(1).as_deref() == Some("cost") {
        return measure();
    }
    let scenarios = list::all();
    for scenario in &scenarios {
        tell(&json!({"do": "begin", "name": scenario.name}).to_string());
        play(scenario, &mut page());
    }
    tell(&json!({"do": "end", "played": scenarios.len()}).to_string());
}

/// What messages cost the page measures itself: these pipes are slower by far.
fn measure() {
    let start = Instant::now();
    let begin = || tell(&json!({"do": "begin", "name": "cost"}).to_string());
    begin();
    cost::messages(&mut page(), || start.elapsed());
    let cuts = (0..cost::CUTS).map(|_| {
        begin();
        cost::cut(&mut page(), || start.elapsed())
    });
    let resume = u64::try_from(cost::median_ms(cuts.collect())).expect("a short time");
    tell(&json!({"do": "end", "played": cost::CUTS, "resumeMs": resume}).to_string());
}

/// Says a line and reads the one that answers it.
fn ask(line: &str) -> String {
    println!("{line}");
    stdout().flush().expect("somebody listens");
    let mut answer = String::new();
    stdin().lock().read_line(&mut answer).expect("somebody answers");
    answer
}

fn tell(line: &str) {
    let answer = ask(line);
    assert_eq!(answer.trim(), "{}", "{line}");
}

/// The program, on the other side of the pipes.
struct Page;

impl Program for Page {
    fn connect(&mut self, url: &str, _: Subprotocol, scenario: &Scenario) {
        let Hello::Guest { user_name } = &scenario.hello else { panic!("another scenario than this program knows") };
        let answer_timeout_ms = u64::try_from(scenario.answer_timeout.as_millis()).expect("a short time");
        let options = json!({"do": "connect", "url": url, "userName": user_name, "answerTimeoutMs": answer_timeout_ms});
        tell(&options.to_string());
    }

    fn ask(&mut self, message: ClientMessage) {
        let frame = encode_client_json(&ClientFrame { reference: None, ack: None, message });
        // As text, so that what a game defines keeps its very characters.
        tell(&format!(r#"{{"do":"ask",{}"#, &frame[1..]));
    }

    fn told(&mut self) -> ClientEvent {
        let line = ask(r#"{"do":"told"}"#);
        event(&line).unwrap_or_else(|| panic!("no event of a client: {line}"))
    }

    fn told_many(&mut self, count: usize) {
        tell(&json!({"do": "toldMany", "count": count}).to_string());
    }

    fn answered(&mut self, asked: u64) -> Result<OkBody, ClientError> {
        let line = ask(&json!({"do": "answered", "asked": asked}).to_string());
        let answer: Value = serde_json::from_str(&line).expect("it is JSON");
        match (answer.get("ok"), answer.get("error")) {
            (Some(body), None) if *body == json!({}) => Ok(OkBody::Empty),
            (Some(body), None) => Ok(OkBody::Answer(GameValue::trusted(body.to_string()))),
            (None, Some(told)) => Err(error(told).unwrap_or_else(|| panic!("no error of a client: {line}"))),
            _ => panic!("no answer of a client: {line}"),
        }
    }

    fn leave(&mut self) {
        tell(r#"{"do":"leave"}"#);
    }
}

/// The event behind its JSON (`ClientEvent::to_json`).
fn event(line: &str) -> Option<ClientEvent> {
    let told: Value = serde_json::from_str(line).ok()?;
    let text = |field: &str| told[field].as_str().map(str::to_owned);
    let millis = |field: &str| told[field].as_u64().map(Duration::from_millis);
    Some(match told["type"].as_str()? {
        "event" => match decode_server_json(line, |_| ReplyKind::Answer).ok()? {
            ServerFrame::Event { seq, event } => ClientEvent::Event { seq, event },
            _ => return None,
        },
        "sync" => {
            let room = serde_json::from_value(told["room"].clone()).ok()?;
            ClientEvent::Sync { epoch: told["epoch"].as_u64()?, room }
        }
        "online" => ClientEvent::Online { resumed: told["resumed"].as_bool()? },
        "offline" => {
            let code = told["code"].as_u64().and_then(|code| u16::try_from(code).ok());
            ClientEvent::Offline { code, retry_in: millis("retryInMs") }
        }
        "draining" => ClientEvent::Draining { reconnect_after: millis("reconnectAfterMs")? },
        "unknown" => ClientEvent::Unknown { id: text("id")? },
        "unreadable" => ClientEvent::Unreadable { why: text("message")? },
        "misread" => ClientEvent::Misread(refusal(&told, &text("message")?)?),
        "closed" => ClientEvent::Closed(ending(&told)?),
        _ => return None,
    })
}

fn ending(told: &Value) -> Option<Ending> {
    let message = told["message"].as_str()?;
    Some(match told["reason"].as_str()? {
        "caller" => Ending::Caller,
        "replaced" => Ending::Replaced,
        "refused" => Ending::Refused(refusal(told, message.strip_prefix("sign-in refused: ")?)?),
        "code" => Ending::Code(u16::try_from(told["code"].as_u64()?).ok()?),
        "unreachable" => Ending::Unreachable(message.to_owned()),
        "unreadable" => Ending::Unreadable(message.to_owned()),
        _ => return None,
    })
}

fn refusal(told: &Value, message: &str) -> Option<WireError> {
    let code: ErrorCode = serde_json::from_value(told["code"].clone()).ok()?;
    Some(WireError::new(code, message))
}

/// The error behind its JSON (`ClientError::to_json`).
fn error(told: &Value) -> Option<ClientError> {
    let message = told["message"].as_str()?;
    Some(match told["code"].as_str()? {
        "LOST" => ClientError::Lost,
        "UNREADABLE" => ClientError::Unreadable,
        "CLOSED" => [Ending::Caller, Ending::Replaced]
            .into_iter()
            .map(ClientError::Closed)
            .find(|closed| closed.to_string() == message)?,
        "UNEXPECTED_ANSWER" => ClientError::UnexpectedAnswer,
        _ => ClientError::Refused(refusal(told, message)?),
    })
}
