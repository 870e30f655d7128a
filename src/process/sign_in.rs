//! What a connection asks the user manager, as a message; the same of whoever owns the connection.

use umbra_machine::session::{Attach, SocketKey};
use umbra_machine::socket::{Question, Socket};
use umbra_otp::{Handle, ProcessId};

use super::messages::{SocketMessage, UserManagerMessage};

/// The message to the user manager. The user answers `socket`, or the user manager that there is to be none.
pub fn ask<U: Clone, M: PartialEq>(
    question: Question,
    socket: Handle<SocketMessage>,
    twin: &Socket<U, M>,
) -> UserManagerMessage {
    let (subprotocol, window) = (twin.subprotocol(), twin.window());
    match question {
        Question::SignIn { reference, hello, chance } => {
            UserManagerMessage::SignIn { socket, subprotocol, window, reference, hello, chance }
        }
        Question::Return { uid, user_name, sid } => {
            let key = SocketKey(ProcessId::of(&socket).0);
            let attach = Box::new(Attach::live(key, subprotocol, window, user_name, sid));
            UserManagerMessage::Return { uid, socket, attach }
        }
    }
}
