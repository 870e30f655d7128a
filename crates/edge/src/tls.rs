//! EDGE: TLS: the certificate, read again when it changes, and the handshake.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use log::{error, info};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use umbra_http::StatusCode;
use umbra_machine::socket::SocketLimits;

use crate::stream::Stream;

/// How often it is looked whether the files are others. A signal (SIGHUP) has it looked at once.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// What a handshake is done with.
pub(crate) struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    now: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    /// Reads the files, and looks after them from here on, as long as this is there.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub(crate) fn open(certificate: &Path, key: &Path) -> Result<Arc<Self>, String> {
        let seen = Seen::now(certificate, key);
        let now = RwLock::new(load(certificate, key)?);
        let tls = Arc::new(Self { certificate: certificate.to_owned(), key: key.to_owned(), now });
        tokio::spawn(look_after(Arc::downgrade(&tls), seen));
        Ok(tls)
    }

    /// Within the time that a client has for its `HELLO`. What goes wrong costs this connection alone.
    pub(crate) async fn shake_hands(&self, mut stream: TcpStream, limits: &SocketLimits) -> Result<Stream, String> {
        let acceptor = TlsAcceptor::from(self.now.read().unwrap_or_else(PoisonError::into_inner).clone());
        let handshake = async {
            let mut first = [0; 64];
            if stream.peek(&mut first[..1]).await.is_ok() && first[0].is_ascii_uppercase() {
                // The method of a request: somebody typed http://.
                let sentence = "this port speaks TLS, expected https:// or wss://";
                let _ = stream.write_all(&umbra_http::plain(StatusCode::BAD_REQUEST, sentence)).await;
                let _ = stream.shutdown().await;
                // What is left unread would make the kernel reset the connection and take the reply with it.
                while stream.read(&mut first).await.is_ok_and(|length| length > 0) {}
                return Err("it does not speak TLS".to_owned());
            }
            let stream = acceptor.accept(stream).await.map_err(|error| format!("the handshake failed: {error}"))?;
            Ok(Stream::Tls(Box::new(stream)))
        };
        let done = timeout(Duration::from_millis(limits.hello_timeout_ms), handshake).await;
        done.unwrap_or_else(|_| Err("it did not finish the handshake in time".to_owned()))
    }

    fn replace(&self) -> Result<(), String> {
        let next = load(&self.certificate, &self.key)?;
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = next;
        Ok(())
    }
}

/// Reads certificate and key, and checks that they belong together.
pub(crate) fn load(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, String> {
    let unreadable = |file: &Path, why: &dyn std::fmt::Display| format!("{} cannot be read: {why}", file.display());
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(certificate)
        .map_err(|error| unreadable(certificate, &error))?
        .map(|found| found.map_err(|error| unreadable(certificate, &error)))
        .collect();
    let chain = chain?;
    if chain.is_empty() {
        return Err(format!("{} holds no certificate, expected PEM", certificate.display()));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable(key, &error))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|error| format!("{} and {} do not go together: {error}", certificate.display(), key.display()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// What tells one version of the files from the next.
#[derive(PartialEq)]
struct Seen([Option<(SystemTime, u64)>; 2]);

impl Seen {
    fn now(certificate: &Path, key: &Path) -> Self {
        let of = |file: &Path| -> io::Result<_> {
            let about = fs::metadata(file)?;
            Ok((about.modified()?, about.len()))
        };
        Self([of(certificate).ok(), of(key).ok()])
    }
}

/// While new files are no good (half-written, say), the old ones stay, and it is tried again.
async fn look_after(tls: Weak<Tls>, mut good: Seen) {
    // If there can be no such signal, there is still the clock.
    let mut hangups = signal(SignalKind::hangup()).ok();
    let mut said = None;
    loop {
        let asked = tokio::select! {
            () = sleep(LOOK_EVERY) => false,
            Some(()) = async { hangups.as_mut()?.recv().await } => true,
        };
        let Some(tls) = tls.upgrade() else { return };
        let looked = tokio::task::spawn_blocking(move || {
            let seen = Seen::now(&tls.certificate, &tls.key);
            let changed = asked || seen != good;
            let result = if changed { Some(tls.replace()) } else { None };
            (if matches!(result, Some(Ok(()))) { seen } else { good }, result)
        });
        let Ok((now_good, result)) = looked.await else { return };
        good = now_good;
        match result {
            Some(Ok(())) => {
                said = None;
                info!("the certificate was read again");
            }
            // Once, not every time.
            Some(Err(why)) if said.as_ref() != Some(&why) => {
                error!("the new certificate is of no use, the old one stays: {why}");
                said = Some(why);
            }
            Some(Err(_)) | None => {}
        }
    }
}
