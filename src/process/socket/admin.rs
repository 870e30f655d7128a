//! What an operator asks over this connection: handed on to whoever does it, whose answer is written here.

use umbra_otp::now_ms;

use super::Socket;
use crate::process::messages::AdminRequest;
use crate::process::operator::{self, OperatorArgs};
use crate::process::user_manager;

impl Socket {
    pub(super) fn admin(&mut self, request: AdminRequest) {
        match request {
            AdminRequest::Conduct(conduct) => {
                let manager = user_manager();
                self.write(&conduct.answer(manager.is_some()));
                if let Some(manager) = manager {
                    manager.send(conduct.message());
                }
            }
            AdminRequest::Task(task) => {
                let args = OperatorArgs { task, socket: self.inbox.this() };
                match umbra_otp::spawn(args, operator::run, &self.process_limits) {
                    Ok(_) => self.twin.operator_awaited(now_ms()),
                    Err(error) => self.write(&operator::no_process(&error.to_string())),
                }
            }
        }
    }
}
