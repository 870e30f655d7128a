//! HOME, line: one WebSocket of the browser. Once it is hung up, it says nothing any more.

use std::rc::Weak;

use js_sys::{ArrayBuffer, Uint8Array};
use umbra_client_core::{ConnectionId, Loss, Payload};
use umbra_protocol::Subprotocol;
use wasm_bindgen::prelude::{Closure, JsCast};
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

use crate::home::Home;

/// What a browser calls a connection that ended without a close frame.
const LOST: u16 = 1006;
/// And one whose close frame had no code.
const NO_CODE: u16 = 1005;

/// An open connection, or one that is being opened.
pub(crate) struct Line {
    connection: ConnectionId,
    socket: WebSocket,
    _opened: Closure<dyn FnMut()>,
    _received: Closure<dyn FnMut(MessageEvent)>,
    _closed: Closure<dyn FnMut(CloseEvent)>,
}

impl Line {
    /// Begins to connect.
    ///
    /// # Errors
    /// What the browser does not take for an address.
    pub fn open(
        url: &str,
        subprotocol: Subprotocol,
        connection: ConnectionId,
        home: &Weak<Home>,
    ) -> Result<Self, String> {
        let socket = WebSocket::new_with_str(url, subprotocol.name())
            .map_err(|_| format!("{url} is no address of a WebSocket"))?;
        socket.set_binary_type(BinaryType::Arraybuffer);

        let to = home.clone();
        let opened = Closure::<dyn FnMut()>::new(move || {
            if let Some(home) = to.upgrade() {
                home.opened(connection);
            }
        });
        let to = home.clone();
        let received = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(home) = to.upgrade() {
                home.received(connection, &payload(&event));
            }
        });
        let to = home.clone();
        let closed = Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
            if let Some(home) = to.upgrade() {
                home.ended(connection, loss(event.code()));
            }
        });
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(received.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Ok(Self { connection, socket, _opened: opened, _received: received, _closed: closed })
    }

    pub fn connection(&self) -> ConnectionId {
        self.connection
    }

    /// Sends, or drops what the browser does not take any more: nothing is lost by that.
    pub fn send(&self, payload: &Payload<'_>) {
        let _ = match payload {
            Payload::Text(text) => self.socket.send_with_str(text),
            Payload::Binary(bytes) => self.socket.send_with_u8_array(bytes),
        };
    }

    /// Lets go of the connection. A browser knows no way to drop one without a close frame; without goodbye it has no code.
    pub fn hang_up(self, goodbye: bool) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = if goodbye { self.socket.close_with_code(1000) } else { self.socket.close() };
    }
}

fn payload(event: &MessageEvent) -> Payload<'static> {
    let data = event.data();
    match data.dyn_into::<ArrayBuffer>() {
        Ok(bytes) => Payload::Binary(Uint8Array::new(&bytes).to_vec().into()),
        Err(text) => Payload::Text(text.as_string().unwrap_or_default().into()),
    }
}

fn loss(code: u16) -> Loss {
    match code {
        LOST | NO_CODE => Loss::Cut,
        code => Loss::Closed(code),
    }
}
