//! What a connection asks the user manager, as a message; the same of whoever owns the connection.

use umbra_machine::session::{Attach, SocketKey};
use umbra_machine::socket::Question;
use umbra_otp::{Handle, ProcessId};
use umbra_protocol::Subprotocol;

use super::messages::{SocketMessage, UserManagerMessage};

/// The message to the user manager. The user answers `socket`, or the user manager that there is to be none.
pub fn ask(question: Question, socket: Handle<SocketMessage>, subprotocol: Subprotocol) -> UserManagerMessage {
    match question {
        Question::SignIn { reference, hello, chance } => {
            UserManagerMessage::SignIn { socket, subprotocol, reference, hello, chance }
        }
        Question::Return { uid, user_name, sid } => {
            let key = SocketKey(ProcessId::of(&socket).0);
            let attach = Box::new(Attach::live(key, subprotocol, user_name, sid));
            UserManagerMessage::Return { uid, socket, attach }
        }
    }
}
