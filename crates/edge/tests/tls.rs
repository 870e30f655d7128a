//! EDGE: TLS: the certificate is read again when it changes, and what goes wrong costs one connection.

mod stage;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use stage::{PATIENCE, Puppet, Stage, open, settings, soon};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use umbra::process::messages::{EDGE_PROTOCOL, ListenerMessage};
use umbra_client::raw;
use umbra_machine::settings::Settings;

/// What the edge says to operators.
struct Lines(watch::Receiver<Vec<String>>);

struct Logger(watch::Sender<Vec<String>>);

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        self.0.send_modify(|lines| lines.push(record.args().to_string()));
    }

    fn flush(&self) {}
}

impl Lines {
    /// Once in this file.
    fn follow() -> Self {
        let (sender, lines) = watch::channel(Vec::new());
        log::set_boxed_logger(Box::new(Logger(sender))).expect("nobody else logs");
        log::set_max_level(log::LevelFilter::Info);
        Self(lines)
    }

    /// Waits for a line that begins like this.
    async fn say(&self, beginning: &str) {
        let mut lines = self.0.clone();
        let said = |lines: &Vec<String>| lines.iter().any(|line| line.starts_with(beginning));
        lines.wait_for(said).await.expect("the logger stays");
    }
}

/// A certificate for `localhost`, signed by itself.
fn certificate() -> CertifiedKey<rcgen::KeyPair> {
    generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate can be made")
}

/// Files as an operator has them.
struct Files(TempDir);

impl Files {
    fn with(certificate: &CertifiedKey<rcgen::KeyPair>) -> Self {
        let files = Self(tempfile::tempdir().expect("a temporary folder"));
        files.write(certificate);
        files
    }

    fn write(&self, certificate: &CertifiedKey<rcgen::KeyPair>) {
        fs::write(self.path("chain.pem"), certificate.cert.pem()).expect("it can be written to");
        fs::write(self.path("key.pem"), certificate.signing_key.serialize_pem()).expect("it can be written to");
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        Path::join(self.0.path(), name)
    }

    fn settings(&self) -> Settings {
        Settings { tls_certificate: self.path("chain.pem"), tls_key: self.path("key.pem"), ..settings() }
    }
}

/// A client that trusts exactly this certificate.
async fn connects(stage: &Stage, trusted: &CertifiedKey<rcgen::KeyPair>) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.cert.der().clone()).expect("a certificate");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider has them")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(stage.address).await?;
    let name = ServerName::try_from("localhost").expect("a name");
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// The whole answer to a request for `/healthz`.
async fn health(mut stream: TlsStream<TcpStream>) -> String {
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("it is open");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer and its end");
    answer
}

#[tokio::test]
async fn over_tls_the_same_is_served() {
    let certificate = certificate();
    let files = Files::with(&certificate);
    let stage = Stage::start(files.settings()).await;
    let answer = health(connects(&stage, &certificate).await.expect("a handshake")).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("ok"), "{answer}");
}

#[tokio::test]
async fn a_new_certificate_is_served_without_a_restart_and_a_broken_one_is_not() {
    let lines = Lines::follow();
    let (former, next) = (certificate(), certificate());
    let files = Files::with(&former);
    let stage = Stage::start(files.settings()).await;
    let open = connects(&stage, &former).await.expect("a handshake");

    fs::write(files.path("chain.pem"), "no certificate").expect("it can be written to");
    soon("a line of the log", lines.say("the new certificate is of no use")).await;
    health(connects(&stage, &former).await.expect("the old one still serves")).await;

    files.write(&next);
    soon("a line of the log", lines.say("the certificate was read again")).await;
    health(connects(&stage, &next).await.expect("the new one serves")).await;
    assert!(connects(&stage, &former).await.is_err(), "the old one is gone");
    assert!(health(open).await.ends_with("ok"), "a connection from before does not notice");
}

#[tokio::test]
async fn a_handshake_that_fails_costs_that_connection_alone() {
    let certificate = certificate();
    let files = Files::with(&certificate);
    let stage = Stage::start(files.settings()).await;
    let mut hostile = TcpStream::connect(stage.address).await.expect("the port is open");
    hostile.write_all(&[0x16, 3, 1, 255, 255, 0, 1, 2, 3]).await.expect("it is open");
    let mut rest = Vec::new();
    let _ = soon("the end of it", hostile.read_to_end(&mut rest)).await;
    health(connects(&stage, &certificate).await.expect("others are served")).await;
}

#[tokio::test]
async fn whoever_speaks_plain_http_to_it_is_told() {
    let certificate = certificate();
    let files = Files::with(&certificate);
    let stage = Stage::start(files.settings()).await;
    let mut client = raw::Connection::tcp(&stage.address.to_string()).await.expect("the port is open");
    client.send_bytes(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("it is open");
    let response = client.read_response(PATIENCE).await.expect("an answer");
    assert_eq!(response.status, 400);
    assert!(String::from_utf8_lossy(&response.body).contains("https://"));
}

#[tokio::test]
async fn a_handshake_that_does_not_come_to_an_end_is_given_up() {
    let certificate = certificate();
    let files = Files::with(&certificate);
    let stage = Stage::start(Settings { hello_timeout_ms: 100, ..files.settings() }).await;
    let mut silent = TcpStream::connect(stage.address).await.expect("the port is open");
    let mut rest = Vec::new();
    let _ = soon("the end of it", silent.read_to_end(&mut rest)).await;
    assert!(rest.is_empty(), "{rest:?}");
}

#[tokio::test]
async fn files_that_do_not_go_together_are_a_sentence_and_no_port() {
    let files = Files::with(&certificate());
    fs::write(files.path("key.pem"), certificate().signing_key.serialize_pem()).expect("it can be written to");
    let (node, _edge) = Stage::unopened().await;
    let mut listener = Puppet::new(&node);
    match open(&node, &mut listener, &files.settings(), EDGE_PROTOCOL).await {
        ListenerMessage::Refused { why } => assert!(why.contains("do not go together"), "{why}"),
        other => panic!("expected a refusal, got {other:?}"),
    }
    assert!(umbra_edge::check_tls(&files.path("chain.pem"), &files.path("key.pem")).is_err());
    assert!(umbra_edge::check_tls(&files.path("chain.pem"), &files.path("nowhere.pem")).is_err());
}
