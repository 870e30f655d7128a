//! FAULTS, live: an operator's requests: ends processes from outside, on a server on which `chaos` is switched on.

use std::io;
use std::time::Duration;

use serde_json::{Value, json};
use thiserror::Error;
use tokio::time::{Instant, sleep};
use umbra_client::raw::Connection;

use super::server::ADMIN_TOKEN;

/// How long the server may take over one request.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two tries: a listener that has died is back within milliseconds, and so is any other process.
const PAUSE: Duration = Duration::from_millis(2);

/// Speaks to one server's `/admin`. Clones speak to the same.
#[derive(Clone, Debug)]
pub struct Admin {
    addr: String,
}

/// Why a process was not ended.
#[derive(Debug, Error)]
pub enum AdminError {
    /// It was never there.
    #[error("{target} was not there to be ended within {PATIENCE:?}; last answer: {last}")]
    NotThere {
        /// As it was named.
        target: String,
        /// What the server said.
        last: String,
    },
}

impl Admin {
    /// Of the server at `host:port`.
    pub fn new(addr: &str) -> Self {
        Self { addr: addr.to_owned() }
    }

    /// Ends a process, as `/admin/kill` names it, once it is there: one that was just ended is between two lives.
    ///
    /// # Errors
    /// [`AdminError::NotThere`], after twenty seconds.
    pub async fn kill(&self, target: &str) -> Result<(), AdminError> {
        let until = Instant::now() + PATIENCE;
        let body = json!({ "target": target }).to_string();
        loop {
            let last = match self.ask("POST", "/admin/kill", &body).await {
                Ok((200, answer)) if answer["killed"].as_u64().is_some_and(|killed| killed > 0) => return Ok(()),
                Ok((status, answer)) => format!("{status} {answer}"),
                Err(error) => error.to_string(),
            };
            if Instant::now() > until {
                return Err(AdminError::NotThere { target: target.to_owned(), last });
            }
            sleep(PAUSE).await;
        }
    }

    /// Status and body of one request, on a connection of its own.
    ///
    /// # Errors
    /// Those of the connection: a listener that ends takes along what it has just accepted.
    pub async fn ask(&self, method: &str, path: &str, body: &str) -> io::Result<(u16, Value)> {
        let mut connection = Connection::tcp(&self.addr).await?;
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nAuthorization: Bearer {ADMIN_TOKEN}\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        connection.send_bytes(request.as_bytes()).await?;
        let response = connection.read_response(PATIENCE).await?;
        Ok((response.status, serde_json::from_slice(&response.body).unwrap_or(Value::Null)))
    }
}
