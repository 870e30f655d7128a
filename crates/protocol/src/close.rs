//! Why the server closes a connection, and what that asks of the client.

/// The WebSocket close codes that the server uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum CloseCode {
    /// 1000: bye.
    Normal,
    /// 1001: the server goes away; reconnect.
    GoingAway,
    /// 1002: a violation of the WebSocket protocol.
    Protocol,
    /// 1003: a frame type that is not of the subprotocol.
    FrameType,
    /// 1007: a text frame that is not UTF-8.
    NotUtf8,
    /// 1009: larger than `max_message_bytes`.
    TooBig,
    /// 1011: a fault of the server.
    Internal,
    /// 4001: the same user connected anew; do not reconnect.
    Replaced,
    /// 4002: no `HELLO` in time.
    HelloTimeout,
    /// 4003: the token is bad; do not reconnect with it.
    BadToken,
    /// 4004: the client does not read fast enough; reconnect and resync.
    TooSlow,
    /// 4005: too many bad messages, or too many messages.
    TooMany,
    /// 4006: nothing was heard for too long.
    HeartbeatMissed,
    /// 4007: removed by an admin; do not reconnect.
    Kicked,
    /// 4008: the server is full; reconnect later.
    ServerFull,
}

impl CloseCode {
    /// The number on the wire.
    pub fn code(self) -> u16 {
        match self {
            Self::Normal => 1000,
            Self::GoingAway => 1001,
            Self::Protocol => 1002,
            Self::FrameType => 1003,
            Self::NotUtf8 => 1007,
            Self::TooBig => 1009,
            Self::Internal => 1011,
            Self::Replaced => 4001,
            Self::HelloTimeout => 4002,
            Self::BadToken => 4003,
            Self::TooSlow => 4004,
            Self::TooMany => 4005,
            Self::HeartbeatMissed => 4006,
            Self::Kicked => 4007,
            Self::ServerFull => 4008,
        }
    }

    /// The reason sent along with the code: one short sentence.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Normal => "bye",
            Self::GoingAway => "the server is going away, reconnect",
            Self::Protocol => "violation of the WebSocket protocol",
            Self::FrameType => "frame type does not belong to the subprotocol",
            Self::NotUtf8 => "a text frame must be UTF-8",
            Self::TooBig => "message too big",
            Self::Internal => "internal error",
            Self::Replaced => "the same user connected elsewhere",
            Self::HelloTimeout => "no HELLO in time",
            Self::BadToken => "bad token",
            Self::TooSlow => "too slow, reconnect and resync",
            Self::TooMany => "too many bad or too many messages",
            Self::HeartbeatMissed => "heartbeat missed",
            Self::Kicked => "removed by an admin",
            Self::ServerFull => "server full, reconnect later",
        }
    }

    /// Whether a client may connect again by itself (with the same credentials).
    pub fn reconnect(self) -> bool {
        !matches!(self, Self::Replaced | Self::BadToken | Self::Kicked)
    }
}
