//! HTTP: a reply on its way to bytes.

use http::StatusCode;

/// Status, headers and body; what every reply carries is added when it becomes bytes.
pub(crate) struct Reply {
    status: StatusCode,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Reply {
    /// A reply without body or headers of its own.
    pub(crate) fn new(status: StatusCode) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// One plain sentence.
    pub(crate) fn sentence(status: StatusCode, text: &str) -> Self {
        Self::new(status).with("Content-Type", "text/plain; charset=utf-8").body(text.as_bytes().to_vec())
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn body(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    /// The bytes to write. `HEAD` asks for everything but the body, with the length the body would have.
    pub(crate) fn into_bytes(self, head_only: bool) -> Vec<u8> {
        let mut text = format!("HTTP/1.1 {}\r\nConnection: close\r\n", self.status);
        // No length on 304: it would have to be that of the body which is not sent.
        if self.status != StatusCode::NOT_MODIFIED {
            text += &format!("Content-Length: {}\r\n", self.body.len());
        }
        text += "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n";
        for (name, value) in &self.headers {
            text += &format!("{name}: {value}\r\n");
        }
        text += "\r\n";
        let mut bytes = text.into_bytes();
        if !head_only {
            bytes.extend_from_slice(&self.body);
        }
        bytes
    }
}

/// A whole reply of JSON text.
pub fn json(status: StatusCode, text: &str) -> Vec<u8> {
    let reply = Reply::new(status).with("Content-Type", "application/json").body(text.as_bytes().to_vec());
    reply.into_bytes(false)
}

/// A whole reply of one sentence, such as the one an operator gets once the server has done what was asked.
pub fn plain(status: StatusCode, sentence: &str) -> Vec<u8> {
    Reply::sentence(status, sentence).into_bytes(false)
}
