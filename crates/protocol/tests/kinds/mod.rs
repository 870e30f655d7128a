//! Replies by what has to be known to read them.

use umbra_protocol::*;

/// What a client has to expect to read the reply in JSON.
pub fn kind_of(frame: &ServerFrame) -> ReplyKind {
    match frame {
        ServerFrame::Ok { body: OkBody::Hello(_), .. } => ReplyKind::Hello,
        ServerFrame::Ok { body: OkBody::Rooms(_), .. } => ReplyKind::Rooms,
        ServerFrame::Ok { body: OkBody::Room(_), .. } => ReplyKind::Room,
        ServerFrame::Ok { body: OkBody::Answer(_), .. } => ReplyKind::Answer,
        ServerFrame::Ok { body: OkBody::Empty, .. } => ReplyKind::Empty,
        ServerFrame::Error { .. } | ServerFrame::Event { .. } | ServerFrame::Control(_) => ReplyKind::Empty,
    }
}
