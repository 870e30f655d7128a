//! What an operator asks over this connection: handed on to whoever does it, whose answer is written here.

use std::time::Duration;

use umbra_http::StatusCode;
use umbra_otp::ProcessLimits;

use super::{Socket, Stage};
use crate::process::messages::{AdminRequest, SocketMessage, UserManagerMessage};
use crate::process::operator::{self, OperatorArgs, Task};
use crate::process::user_manager;

impl Socket {
    pub(super) fn admin(&mut self, request: AdminRequest) {
        if let AdminRequest::Task(task) = request {
            return self.start_operator(task);
        }
        let Some(manager) = user_manager() else {
            let sentence = "the user manager is just being restarted, try again";
            return self.write(&umbra_http::plain(StatusCode::SERVICE_UNAVAILABLE, sentence));
        };
        let sentence = match request {
            AdminRequest::Drain => {
                manager.send(UserManagerMessage::Drain);
                "draining"
            }
            AdminRequest::Kick(uid) => {
                manager.send(UserManagerMessage::Kick(uid));
                "asked to leave, if here"
            }
            AdminRequest::Task(_) => unreachable!("has a process of its own"),
        };
        self.write(&umbra_http::plain(StatusCode::ACCEPTED, sentence));
    }

    fn start_operator(&mut self, task: Task) {
        let args = OperatorArgs { task, socket: self.inbox.this() };
        let limits = ProcessLimits { memory_bytes: Some(self.settings.socket_memory_bytes), may_spawn: false };
        match umbra_otp::spawn(args, operator::run, &limits) {
            Ok(_) => {
                self.operator_awaited = true;
                let deadline = Duration::from_millis(self.settings.request_timeout_ms);
                self.timer.arm(&self.inbox, deadline, SocketMessage::Tick);
            }
            Err(error) => {
                let sentence = format!("there is no process for this: {error}");
                self.write(&umbra_http::plain(StatusCode::SERVICE_UNAVAILABLE, &sentence));
            }
        }
    }

    pub(super) fn operator_answers(&mut self, answer: &[u8]) {
        self.write(answer);
        self.stage = Stage::Over;
    }
}
