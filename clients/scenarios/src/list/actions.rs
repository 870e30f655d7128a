//! SCENARIOS, actions: none is lost, none carried out twice, each answered once.

use std::time::Duration;

use umbra_client_core::ClientError;
use umbra_client_core::protocol::{ErrorCode, GameValue, OkBody, ServerFrame};

use super::{offline, online, signed_in, sync, told};
use crate::Scenario;
use crate::Step::*;
use crate::words::{action, chat, error, ok, ready, refusal, resume, resync, welcome};

pub fn all() -> Vec<Scenario> {
    let done = || Ok(OkBody::Empty);
    let answer = || OkBody::Answer(GameValue::trusted(r#"{"score":3}"#.into()));
    let play = || umbra_client_core::protocol::ClientMessage::GameAction {
        action: GameValue::trusted(r#"{"type":"PLACE","cell":4}"#.into()),
    };
    vec![
        signed_in(
            "an action and the game's answer to it pass",
            [
                Asks(play()),
                Hears(action(1, None, play())),
                Says(chat(1)),
                Says(ServerFrame::Ok { reference: Some(1), body: answer() }),
                told(1),
                IsAnswered(1, Ok(answer())),
            ],
        ),
        signed_in(
            "a refusal answers the action that it names and no other",
            [
                Asks(ready()),
                Asks(play()),
                Hears(action(1, None, ready())),
                Hears(action(2, None, play())),
                Says(error(1, ErrorCode::NotInRoom)),
                Says(ok(2)),
                IsAnswered(1, Err(ClientError::Refused(refusal(ErrorCode::NotInRoom)))),
                IsAnswered(2, done()),
            ],
        ),
        signed_in(
            "an action whose reply is lost is sent again, and answered once",
            [
                Asks(ready()),
                Hears(action(1, None, ready())),
                Cuts,
                offline(None),
                Accepts,
                Hears(resume(1, 0)),
                Says(welcome(1, true, 1)),
                IsTold(online(true)),
                Hears(action(1, None, ready())),
                Says(ok(1)),
                IsAnswered(1, done()),
                // Nothing of it is left to be sent on the next one.
                Cuts,
                offline(None),
                Accepts,
                Hears(resume(1, 0)),
                Says(welcome(1, true, 1)),
                IsTold(online(true)),
                Asks(play()),
                Hears(action(2, None, play())),
            ],
        ),
        signed_in(
            "a reply that comes twice answers once",
            [
                Asks(ready()),
                Hears(action(1, None, ready())),
                Says(ok(1)),
                Says(ok(1)),
                IsAnswered(1, done()),
                Asks(ready()),
                Hears(action(2, None, ready())),
                Says(error(2, ErrorCode::NotInRoom)),
                IsAnswered(2, Err(ClientError::Refused(refusal(ErrorCode::NotInRoom)))),
            ],
        ),
        signed_in(
            "what is asked while away waits for the connection",
            [
                Cuts,
                offline(None),
                Asks(ready()),
                Accepts,
                Hears(resume(1, 0)),
                Says(welcome(1, true, 0)),
                IsTold(online(true)),
                Hears(action(1, None, ready())),
                Says(ok(1)),
                IsAnswered(1, done()),
            ],
        ),
        Scenario {
            answer_timeout: Duration::from_millis(300),
            ..signed_in(
                "a server that does not answer is left, and asked again on a new connection",
                [
                    Asks(ready()),
                    Hears(action(1, None, ready())),
                    IsLeft(None),
                    offline(None),
                    Accepts,
                    Hears(resume(1, 0)),
                    Says(welcome(1, true, 1)),
                    IsTold(online(true)),
                    Hears(action(1, None, ready())),
                    Says(ok(1)),
                    IsAnswered(1, done()),
                ],
            )
        },
        signed_in(
            "a server that was restarted and knows nothing is not sent again what it may have done",
            [
                Asks(ready()),
                Hears(action(1, None, ready())),
                Cuts,
                offline(None),
                Asks(play()),
                Accepts,
                Hears(resume(1, 0)),
                Says(welcome(9, false, 0)),
                IsTold(online(false)),
                IsTold(sync(9)),
                IsAnswered(1, Err(ClientError::Lost)),
                Hears(action(2, None, play())),
                Says(ok(2)),
                IsAnswered(2, done()),
            ],
        ),
        signed_in(
            "a session that lost its events and knows its actions is sent them again",
            [
                Asks(ready()),
                Hears(action(1, None, ready())),
                Says(ok(1)),
                IsAnswered(1, done()),
                Asks(play()),
                Hears(action(2, None, play())),
                Cuts,
                offline(None),
                Accepts,
                Hears(resume(1, 0)),
                Says(welcome(2, false, 1)),
                IsTold(online(false)),
                IsTold(sync(2)),
                Hears(action(2, None, play())),
                Says(ok(2)),
                IsAnswered(2, done()),
            ],
        ),
        signed_in(
            "a user that was started again on a live connection is sent what it has not answered",
            [
                Asks(ready()),
                Hears(action(1, None, ready())),
                Says(resync(2)),
                IsTold(sync(2)),
                Hears(action(1, Some(1), ready())),
                Says(ok(1)),
                IsAnswered(1, done()),
            ],
        ),
    ]
}
