//! TESTS, launcher: a server from its start to its end, with the built guest.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use umbra_client::raw::{Connection, Frame, Received};

use crate::{Umbra, guest};

/// Generous: the guest is compiled first, and the machine may be busy.
const SOON: Duration = Duration::from_secs(120);

/// A running server; dropping it kills it.
struct Server {
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Server {
    fn start(settings: &str) -> Self {
        let Umbra { folder, mut command } = umbra(settings);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("it is a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("it says that it is ready");
        let address =
            line.trim_end().strip_prefix("Umbra is ready: open http://").and_then(|rest| rest.strip_suffix('/'));
        let address = address.unwrap_or_else(|| panic!("it said {line:?}")).to_owned();
        Self { child, address, _folder: folder }
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("it runs");
    }

    fn status(mut self) -> Option<i32> {
        self.child.wait().expect("it is our child").code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn umbra(settings: &str) -> Umbra {
    let guest = guest();
    let arguments = ["umbra.toml", "--guest", guest.to_str().expect("it is UTF-8")];
    Umbra::new(&arguments).file("umbra.toml", &format!("bind = \"127.0.0.1:0\"\n{settings}"))
}

async fn signed_in(server: &Server) -> Connection {
    let mut connection = Connection::open(&server.address, "/ws", &[]).await.expect("it upgrades");
    connection.send_text(r#"{"id":"HELLO","ref":1,"body":{"userName":"Ann"}}"#).await.expect("it is connected");
    match connection.read(SOON).await.expect("it answers") {
        Received::Text(text) => assert!(text.contains(r#""id":"OK""#), "{text}"),
        other => panic!("{other:?}"),
    }
    connection
}

#[tokio::test]
async fn sigterm_closes_every_connection_in_order_and_is_a_success() {
    let server = Server::start("");
    let mut connection = signed_in(&server).await;
    server.signal(Signal::TERM);
    loop {
        match connection.read(SOON).await.expect("a close comes first") {
            Received::Close { code, .. } => {
                assert_eq!(code, 1001);
                connection.send_frame(&Frame::close(1001, "")).await.expect("it waits for this");
                break;
            }
            Received::Text(_) | Received::Ping(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(server.status(), Some(0));
}

#[tokio::test]
async fn a_client_that_never_says_goodbye_holds_up_the_end_for_a_while_and_a_second_signal_not_at_all() {
    let server = Server::start("close_timeout_ms = 3600000\n");
    let mut connection = signed_in(&server).await;
    server.signal(Signal::INT);
    while !matches!(connection.read(SOON).await.expect("a close comes first"), Received::Close { .. }) {}
    let asked = Instant::now();
    server.signal(Signal::INT);
    assert_eq!(server.status(), Some(1));
    assert!(asked.elapsed() < SOON);

    let server = Server::start("close_timeout_ms = 50\n");
    let _silent = signed_in(&server).await;
    server.signal(Signal::TERM);
    assert_eq!(server.status(), Some(0));
}

#[test]
fn a_guest_is_compiled_once_and_what_is_of_no_use_is_made_anew() {
    let caches = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = caches.path().join("umbra/compiled");
    let compiled = || {
        let program = r#"(module (func (export "_start")))"#;
        let umbra = Umbra::new(&["--guest", "guest.wat"]).file("guest.wat", program);
        let ended = umbra.var("XDG_CACHE_HOME", caches.path().to_str().expect("it is UTF-8")).end();
        assert_eq!(ended.status, Some(0), "{}", ended.stderr);
        let files = std::fs::read_dir(&folder).expect("it keeps what it has compiled");
        let mut files: Vec<_> = files.map(|entry| entry.expect("it can be read").path()).collect();
        assert_eq!(files.len(), 1, "{files:?}");
        files.remove(0)
    };
    let file = compiled();
    let whole = std::fs::read(&file).expect("it is a file");
    let made = || std::os::unix::fs::MetadataExt::ino(&std::fs::metadata(&file).expect("it is there"));
    let first = made();
    compiled();
    assert_eq!(made(), first, "it was not compiled again");
    std::fs::write(&file, &whole[..whole.len() / 2]).expect("it can be cut");
    compiled();
    assert_ne!(made(), first, "it was compiled again");
    assert_eq!(std::fs::read(&file).expect("it is there").len(), whole.len());
}

#[test]
fn a_port_that_is_taken_is_a_failure() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("it is bound").to_string();
    let ended = umbra("").var("UMBRA_BIND", &address).end();
    assert_eq!(ended.status, Some(1));
    assert!(ended.stderr.contains("cannot listen"), "{}", ended.stderr);
}

#[test]
fn bad_settings_are_one_sentence_and_a_failure() {
    let ended = umbra("heartbeat_ms = 1\n").end();
    assert_eq!((ended.status, ended.stdout.as_str()), (Some(1), ""));
    assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
    assert!(ended.stderr.contains("heartbeat_ms"), "{}", ended.stderr);
}

#[test]
fn settings_may_lie_anywhere_and_have_any_name() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("other.toml");
    std::fs::write(&file, "bind = \"127.0.0.1:0\"\nmax_message_bytes = 2048\n").expect("a file can be written");
    let guest = guest();
    let arguments = [file.to_str().expect("UTF-8"), "--guest", guest.to_str().expect("UTF-8")];
    let Umbra { folder: _folder, mut command } = Umbra::new(&arguments);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
    let mut stdout = child.stdout.take().expect("it is a pipe");
    let mut said = [0; 32];
    stdout.read_exact(&mut said).expect("it says where it listens");
    // Port 4000, the default, would mean that the guest has read no file.
    assert!(said.starts_with(b"Umbra is ready: open http://127."), "{said:?}");
    child.kill().expect("it runs");
    child.wait().expect("it is our child");
}

#[test]
fn without_a_guest_inside_one_has_to_be_named() {
    let ended = Umbra::new(&[]).end();
    assert_eq!(ended.status, Some(1));
    assert!(ended.stderr.contains("--guest"), "{}", ended.stderr);
}
