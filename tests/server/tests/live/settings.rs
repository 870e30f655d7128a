//! Settings: where they come from, and what is refused before anything is started.

use std::net::{TcpListener, TcpStream};
use std::sync::LazyLock;

use umbra_protocol::Subprotocol;
use umbra_server_tests::{SOON, Server, Start, Wire};

/// A server without any setting but its address, shared by the tests that must have exactly that.
pub fn plain_server() -> &'static Server {
    static SHARED: LazyLock<Server> = LazyLock::new(|| Server::ready(Start::new(&[("bind", "127.0.0.1:0")], None)));
    &SHARED
}

fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// One sentence, which names all of `named`; and nothing that listens.
fn refuses_to_start(settings: &[(&str, &str)], toml: Option<&str>, named: &[&str]) {
    let address = free_address();
    let start = Start::new(&[&[("bind", address.as_str())], settings].concat(), toml);
    assert!(start.log().ends_within(SOON), "it ended by itself");
    // Stock lunatic adds two lines about a process that has failed.
    let of_the_host = |line: &String| line.contains("lunatic_process") || line.contains("RUST_LOG");
    let said: Vec<String> = start.said().into_iter().filter(|line| !of_the_host(line)).collect();
    assert_eq!(said.len(), 1, "one sentence: {said:?}");
    for name in named {
        assert!(said[0].contains(name), "{said:?} names {name}");
    }
    assert!(TcpStream::connect(&address).is_err(), "nothing was started");
}

#[test]
fn an_unknown_setting_in_the_environment_is_one_sentence_and_nothing_starts() {
    refuses_to_start(&[("turn_ms", "1")], None, &["UMBRA_TURN_MS", "the environment"]);
}

#[test]
fn an_unknown_setting_in_the_file_is_one_sentence_and_nothing_starts() {
    refuses_to_start(&[], Some("lobby_grace = 5\n"), &["lobby_grace", "umbra.toml"]);
}

#[test]
fn a_value_that_will_not_do_is_one_sentence_and_nothing_starts() {
    refuses_to_start(&[("heartbeat_ms", "soon")], None, &["UMBRA_HEARTBEAT_MS", "soon", "10 to 86400000"]);
    refuses_to_start(&[], Some("guests = \"yes\"\n"), &["guests", "true or false"]);
}

#[test]
fn a_file_that_is_no_toml_is_one_sentence_and_nothing_starts() {
    refuses_to_start(&[], Some("guests = true\nheartbeat_ms = = 5\n"), &["umbra.toml", "line 2"]);
}

#[test]
fn a_port_that_is_taken_is_said_and_the_server_ends() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let start = Start::new(&[("bind", &address)], None);
    let said = start.log().find(SOON, |line| line.contains(&address).then(|| line.to_owned()));
    assert!(said.is_some_and(|line| line.contains("cannot listen")), "{:?}", start.said());
    assert!(start.log().ends_within(SOON), "it ended by itself: {:?}", start.said());
}

#[tokio::test]
async fn the_file_is_read_and_the_environment_wins_over_it() {
    let toml = "bind = \"127.0.0.1:1\"\nheartbeat_ms = 11111\nseat_grace_ms = 22222\n";
    let start = Start::new(&[("bind", "127.0.0.1:0"), ("heartbeat_ms", "33333")], Some(toml));
    let server = Server::ready(start);
    let (_wire, hello) = Wire::guest(&server, Subprotocol::Json, "Ann").await;
    assert_eq!((hello.heartbeat_ms, hello.grace_ms), (33_333, 22_222));
}
