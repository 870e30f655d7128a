//! SCENARIOS, endings: what is final, and how the client says goodbye.

use umbra_client_core::protocol::{Control, ErrorCode, ServerFrame};
use umbra_client_core::{ClientError, Ending};

use super::{closed, offline, scenario, signed_in};
use crate::Scenario;
use crate::Step::*;
use crate::words::{action, ann, error, hello, ready, refusal, resume};

pub fn all() -> Vec<Scenario> {
    let refused = |code| Ending::Refused(refusal(code));
    vec![
        signed_in(
            "who is replaced stays away, and what was unanswered fails",
            [
                Asks(ready()),
                Hears(action(1, None, ready())),
                Says(ServerFrame::Control(Control::Replaced)),
                closed(Ending::Replaced),
                IsAnswered(1, Err(ClientError::Closed(Ending::Replaced))),
                IsLeft(None),
            ],
        ),
        signed_in("a close that says replaced is as final", [Closes(4001), closed(Ending::Replaced)]),
        signed_in("who is thrown out by the operator stays away", [Closes(4007), closed(Ending::Code(4007))]),
        signed_in(
            "a session that the server does not know any more is final",
            [
                Cuts,
                offline(None),
                Accepts,
                Hears(resume(1, 0)),
                Says(error(1, ErrorCode::BadToken)),
                closed(refused(ErrorCode::BadToken)),
            ],
        ),
        scenario(
            "a sign-in that is refused at first is an error of connecting",
            [
                Connects,
                Accepts,
                Hears(hello(ann())),
                Says(error(1, ErrorCode::BadName)),
                closed(refused(ErrorCode::BadName)),
            ],
        ),
        scenario(
            "a server that cannot be reached at first is an error of connecting",
            [Connects, Refuses, closed(Ending::Unreachable(String::new()))],
        ),
        signed_in(
            "the program's own goodbye is said, and ends what is unanswered",
            [
                Asks(ready()),
                Hears(action(1, None, ready())),
                Leaves,
                closed(Ending::Caller),
                IsAnswered(1, Err(ClientError::Closed(Ending::Caller))),
                IsLeft(Some(1000)),
            ],
        ),
    ]
}
