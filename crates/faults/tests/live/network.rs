//! The proxy does to a connection what it is told, and nothing else.

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::{Duration, timeout};
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;
use umbra_client::raw::{Connection, Received};
use umbra_faults::live::Proxy;
use umbra_faults::plan::{Direction, FrameFaults, Odds};

const SOON: Duration = Duration::from_secs(20);

/// A server that echoes every text and tells what it hears.
struct Echo {
    addr: String,
    heard: mpsc::UnboundedReceiver<Heard>,
}

#[derive(Debug, PartialEq)]
enum Heard {
    Text(String),
    /// The connection ended.
    End,
}

impl Echo {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap().to_string();
        let (tell, heard) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let tell = tell.clone();
                tokio::spawn(async move {
                    let mut socket = accept_async(stream).await.unwrap();
                    while let Some(Ok(message)) = socket.next().await {
                        if let Message::Text(text) = &message {
                            let _ = tell.send(Heard::Text(text.to_string()));
                            let _ = socket.send(message).await;
                        }
                    }
                    let _ = tell.send(Heard::End);
                });
            }
        });
        Self { addr, heard }
    }

    async fn hears(&mut self) -> Heard {
        timeout(SOON, self.heard.recv()).await.expect("something is heard in time").unwrap()
    }

    /// The next texts, up to `last`.
    async fn texts_until(&mut self, last: &str) -> Vec<String> {
        let mut texts = Vec::new();
        while texts.last().is_none_or(|text| text != last) {
            match self.hears().await {
                Heard::Text(text) => texts.push(text),
                Heard::End => panic!("the connection ended after {texts:?}"),
            }
        }
        texts
    }
}

struct Stage {
    echo: Echo,
    proxy: Proxy,
    client: Connection,
}

/// A client whose sign-in, the text `0`, is through.
async fn stage() -> Stage {
    let mut echo = Echo::start().await;
    let proxy = Proxy::start(&echo.addr).await;
    let mut client = Connection::open(proxy.addr(), "/ws", &[]).await.unwrap();
    client.send_text("0").await.unwrap();
    assert_eq!(echo.texts_until("0").await, ["0"]);
    assert_eq!(text(&mut client).await, "0");
    Stage { echo, proxy, client }
}

async fn text(client: &mut Connection) -> String {
    match client.read(SOON).await.unwrap() {
        Received::Text(text) => text,
        other => panic!("expected a text, got {other:?}"),
    }
}

fn faults(direction: Direction, odds: Odds) -> Option<FrameFaults> {
    let none = Odds::default();
    Some(match direction {
        Direction::Up => FrameFaults { seed: 7, up: odds, down: none },
        Direction::Down => FrameFaults { seed: 7, up: none, down: odds },
    })
}

impl Stage {
    /// Sends 1 to `most` under these odds, then `end` without any.
    async fn sends(&mut self, most: usize, odds: Odds) -> Vec<String> {
        self.proxy.set_faults(faults(Direction::Up, odds));
        for number in 1..=most {
            self.client.send_text(&number.to_string()).await.unwrap();
        }
        // All of them have met their fate when as many were hit.
        timeout(SOON, async {
            while self.proxy.frames_hit() < most as u64 {
                tokio::task::yield_now().await;
            }
        })
        .await
        .expect("every frame is hit");
        self.proxy.set_faults(None);
        self.client.send_text("end").await.unwrap();
        self.echo.texts_until("end").await
    }
}

#[tokio::test]
async fn without_faults_everything_passes_once_and_in_order() {
    let Stage { mut echo, mut client, proxy } = stage().await;
    for number in 1..=5 {
        client.send_text(&number.to_string()).await.unwrap();
    }
    assert_eq!(echo.texts_until("5").await, ["1", "2", "3", "4", "5"]);
    for number in 1..=5 {
        assert_eq!(text(&mut client).await, number.to_string());
    }
    assert_eq!(proxy.frames_hit(), 0);
}

#[tokio::test]
async fn frames_are_lost() {
    let odds = Odds { drop: 1000, ..Odds::default() };
    assert_eq!(stage().await.sends(3, odds).await, ["end"]);
}

#[tokio::test]
async fn frames_come_twice() {
    let odds = Odds { duplicate: 1000, ..Odds::default() };
    assert_eq!(stage().await.sends(3, odds).await, ["1", "1", "2", "2", "3", "3", "end"]);
}

#[tokio::test]
async fn frames_come_late_and_in_order() {
    let odds = Odds { delay: 1000, ..Odds::default() };
    assert_eq!(stage().await.sends(3, odds).await, ["1", "2", "3", "end"]);
}

#[tokio::test]
async fn frames_are_overtaken_by_the_next_one() {
    let odds = Odds { reorder: 1000, ..Odds::default() };
    assert_eq!(stage().await.sends(4, odds).await, ["2", "1", "4", "3", "end"]);
}

#[tokio::test]
async fn a_frame_that_nothing_overtakes_passes_after_all() {
    let mut stage = stage().await;
    stage.proxy.set_faults(faults(Direction::Up, Odds { reorder: 1000, ..Odds::default() }));
    stage.client.send_text("alone").await.unwrap();
    assert_eq!(stage.echo.texts_until("alone").await, ["alone"]);
}

#[tokio::test]
async fn the_same_seed_has_the_same_fate_in_store() {
    let odds = Odds { drop: 250, duplicate: 250, delay: 250, reorder: 250 };
    assert_eq!(stage().await.sends(40, odds).await, stage().await.sends(40, odds).await);
}

#[tokio::test]
async fn each_direction_has_its_own_faults() {
    let Stage { mut echo, mut client, proxy } = stage().await;
    proxy.set_faults(faults(Direction::Down, Odds { duplicate: 1000, ..Odds::default() }));
    client.send_text("once").await.unwrap();
    assert_eq!(echo.texts_until("once").await, ["once"]);
    assert_eq!([text(&mut client).await, text(&mut client).await], ["once", "once"]);
    client.send_text("end").await.unwrap();
    assert_eq!(echo.texts_until("end").await, ["end"]);
}

#[tokio::test]
async fn a_connection_is_cut_after_so_many_bytes_be_it_within_a_frame() {
    let Stage { mut echo, mut client, proxy } = stage().await;
    // A masked text of four bytes is ten on the wire.
    proxy.cut_after(15, Direction::Up);
    client.send_text("here").await.unwrap();
    assert_eq!(text(&mut client).await, "here");
    client.send_text("lost").await.unwrap();
    assert_eq!(client.read(SOON).await.unwrap(), Received::Eof);
    assert_eq!(echo.hears().await, Heard::Text("here".to_owned()));
    assert_eq!(echo.hears().await, Heard::End);
    // Once.
    let mut again = Connection::open(proxy.addr(), "/ws", &[]).await.unwrap();
    again.send_text("and again, at length").await.unwrap();
    assert_eq!(text(&mut again).await, "and again, at length");
}

#[tokio::test]
async fn who_is_frozen_hears_nothing_until_it_thaws_and_who_comes_later_is_not_frozen() {
    let Stage { mut echo, mut client, proxy } = stage().await;
    proxy.freeze();
    client.send_text("question").await.unwrap();
    assert_eq!(echo.texts_until("question").await, ["question"]);
    let mut other = Connection::open(proxy.addr(), "/ws", &[]).await.unwrap();
    other.send_text("other").await.unwrap();
    assert_eq!(text(&mut other).await, "other");
    let silence = client.read(Duration::from_millis(50)).await.unwrap_err();
    assert_eq!(silence.kind(), std::io::ErrorKind::TimedOut);
    proxy.thaw();
    assert_eq!(text(&mut client).await, "question");
}

#[tokio::test]
async fn a_clients_end_arrives_when_it_is_let_pass() {
    let Stage { mut echo, client, proxy } = stage().await;
    proxy.keep_ends();
    drop(client);
    let mut other = Connection::open(proxy.addr(), "/ws", &[]).await.unwrap();
    other.send_text("later").await.unwrap();
    assert_eq!(echo.hears().await, Heard::Text("later".to_owned()), "and not the end of the first");
    proxy.let_ends_pass();
    assert_eq!(echo.hears().await, Heard::End);
}
