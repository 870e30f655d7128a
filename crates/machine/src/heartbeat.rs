//! TWINS, heartbeat: when a connection's reader pings and when it gives the connection up.
//!
//! The reader is blocked in a read most of its life, so the only clock it has is how long that read may take. It asks
//! here for that time, and tells what became of the read. Until the `HELLO` there are no pings (there may be no
//! WebSocket yet), only the deadline: it counts from the connection's start, and bytes that trickle in do not move it.

use umbra_protocol::CloseCode;

/// The three spans of time, in milliseconds, as the settings have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tempo {
    /// Silence after which a ping is sent.
    pub heartbeat_ms: u64,
    /// Further silence after which the connection is dropped.
    pub heartbeat_timeout_ms: u64,
    /// From the connection's start to the end of its `HELLO`.
    pub hello_timeout_ms: u64,
}

/// What the reader does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beat {
    /// Nothing; read on.
    Read,
    /// Send a ping, then read on.
    Ping,
    /// Close with this code; the connection is over.
    Drop(CloseCode),
}

/// Where a connection stands.
#[derive(Clone, Copy, Debug)]
enum Stage {
    /// The `HELLO` has to be complete by then.
    Greeting { until_ms: u64 },
    /// A ping is due then.
    Listening { until_ms: u64 },
    /// The ping is out; any sign of life has to come by then.
    Pinged { until_ms: u64 },
}

/// The twin of one connection's idle logic.
#[derive(Clone, Debug)]
pub struct Heartbeat {
    tempo: Tempo,
    stage: Stage,
}

impl Heartbeat {
    /// For a connection that was accepted just now.
    pub fn new(tempo: Tempo, now_ms: u64) -> Self {
        let until_ms = now_ms.saturating_add(tempo.hello_timeout_ms);
        Self { tempo, stage: Stage::Greeting { until_ms } }
    }

    /// A read brought bytes, any bytes: a piece of a frame is a sign of life. Ask before looking at them, for what
    /// arrives past the deadline of the `HELLO` does not count.
    pub fn heard(&mut self, now_ms: u64) -> Beat {
        match self.stage {
            Stage::Greeting { until_ms } if now_ms >= until_ms => Beat::Drop(CloseCode::HelloTimeout),
            Stage::Greeting { .. } => Beat::Read,
            Stage::Listening { .. } | Stage::Pinged { .. } => {
                self.listen(now_ms);
                Beat::Read
            }
        }
    }

    /// The `HELLO` has been read: from here on silence is what counts.
    pub fn greeted(&mut self, now_ms: u64) {
        self.listen(now_ms);
    }

    /// A read timed out. Timing out early is harmless: nothing is due then.
    pub fn silent(&mut self, now_ms: u64) -> Beat {
        match self.stage {
            Stage::Greeting { until_ms } if now_ms >= until_ms => Beat::Drop(CloseCode::HelloTimeout),
            Stage::Listening { until_ms } if now_ms >= until_ms => {
                // From the ping on, not from when it was due: a late reader must not cost the client its time.
                let until_ms = now_ms.saturating_add(self.tempo.heartbeat_timeout_ms);
                self.stage = Stage::Pinged { until_ms };
                Beat::Ping
            }
            Stage::Pinged { until_ms } if now_ms >= until_ms => Beat::Drop(CloseCode::HeartbeatMissed),
            Stage::Greeting { .. } | Stage::Listening { .. } | Stage::Pinged { .. } => Beat::Read,
        }
    }

    /// How long the next read may take, in milliseconds; at least 1, as no time-out at all is what 0 means to a socket.
    /// Straight after [`Self::heard`] it is the same each time, so a reader need not set it anew for every read.
    pub fn read_timeout_ms(&self, now_ms: u64) -> u64 {
        self.due_ms().saturating_sub(now_ms).max(1)
    }

    /// When [`Self::silent`] has something to say, in Unix milliseconds.
    pub fn due_ms(&self) -> u64 {
        let (Stage::Greeting { until_ms } | Stage::Listening { until_ms } | Stage::Pinged { until_ms }) = self.stage;
        until_ms
    }

    fn listen(&mut self, now_ms: u64) {
        let until_ms = now_ms.saturating_add(self.tempo.heartbeat_ms);
        self.stage = Stage::Listening { until_ms };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPO: Tempo = Tempo { heartbeat_ms: 100, heartbeat_timeout_ms: 30, hello_timeout_ms: 500 };

    fn greeted_at(now_ms: u64) -> Heartbeat {
        let mut heartbeat = Heartbeat::new(TEMPO, now_ms);
        heartbeat.greeted(now_ms);
        heartbeat
    }

    #[test]
    fn a_silent_connection_is_pinged_and_then_dropped() {
        let mut heartbeat = greeted_at(1000);
        assert_eq!(heartbeat.read_timeout_ms(1000), 100);
        assert_eq!(heartbeat.silent(1100), Beat::Ping);
        assert_eq!(heartbeat.read_timeout_ms(1100), 30);
        assert_eq!(heartbeat.silent(1130), Beat::Drop(CloseCode::HeartbeatMissed));
    }

    #[test]
    fn nothing_is_due_a_millisecond_early() {
        let mut heartbeat = greeted_at(1000);
        assert_eq!(heartbeat.silent(1099), Beat::Read);
        assert_eq!(heartbeat.read_timeout_ms(1099), 1);
        assert_eq!(heartbeat.silent(1100), Beat::Ping);
        assert_eq!(heartbeat.silent(1129), Beat::Read);
        assert_eq!(heartbeat.silent(1130), Beat::Drop(CloseCode::HeartbeatMissed));
    }

    #[test]
    fn any_sign_of_life_starts_the_silence_anew() {
        let mut heartbeat = greeted_at(1000);
        assert_eq!(heartbeat.silent(1100), Beat::Ping);
        assert_eq!(heartbeat.heard(1129), Beat::Read);
        assert_eq!(heartbeat.read_timeout_ms(1129), 100);
        assert_eq!(heartbeat.silent(1228), Beat::Read);
        assert_eq!(heartbeat.silent(1229), Beat::Ping);
    }

    #[test]
    fn a_reader_that_wakes_late_still_gives_the_client_its_whole_time() {
        let mut heartbeat = greeted_at(0);
        assert_eq!(heartbeat.silent(5000), Beat::Ping);
        assert_eq!(heartbeat.silent(5029), Beat::Read);
        assert_eq!(heartbeat.silent(5030), Beat::Drop(CloseCode::HeartbeatMissed));
    }

    #[test]
    fn without_a_hello_the_connection_is_dropped_and_never_pinged() {
        let mut heartbeat = Heartbeat::new(TEMPO, 1000);
        assert_eq!(heartbeat.read_timeout_ms(1000), 500);
        assert_eq!(heartbeat.silent(1499), Beat::Read);
        assert_eq!(heartbeat.silent(1500), Beat::Drop(CloseCode::HelloTimeout));
    }

    #[test]
    fn bytes_that_trickle_in_do_not_move_the_deadline_of_the_hello() {
        let mut heartbeat = Heartbeat::new(TEMPO, 1000);
        for now_ms in (1000..1500).step_by(50) {
            assert_eq!(heartbeat.heard(now_ms), Beat::Read);
        }
        assert_eq!(heartbeat.read_timeout_ms(1450), 50);
        assert_eq!(heartbeat.heard(1500), Beat::Drop(CloseCode::HelloTimeout));
    }

    #[test]
    fn a_hello_in_time_lifts_the_deadline() {
        let mut heartbeat = Heartbeat::new(TEMPO, 1000);
        heartbeat.greeted(1499);
        assert_eq!(heartbeat.heard(1550), Beat::Read);
        assert_eq!(heartbeat.silent(1650), Beat::Ping);
    }
}
