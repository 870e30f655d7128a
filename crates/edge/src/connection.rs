//! EDGE: one connection: a process of the node, and a task of the runtime. It decides nothing; its twin does.
//!
//! Where we are: `**socket** → user → room → user → **socket**`. One task waits for everything at once: its mailbox, the
//! client's bytes, room to write, and time. A turn of it takes all that has come, performs what the twin says, and writes
//! once. It is a future by hand, not an `async fn`, so that what an idle connection keeps is what stands in this struct.
//!
//! Reading order: this file (the turn); `inbound` (what the client sends), `mail` (what other processes send), `effects`
//! (what the twin wants).

mod effects;
mod inbound;
mod mail;

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use umbra::process::messages::{Place, UserMessage};
use umbra_machine::heartbeat::{Beat, Heartbeat};
use umbra_machine::session::SocketKey;
use umbra_machine::socket::Socket;
use umbra_otp::{Handle, ProcessId};
use umbra_runtime::{DeathReason, buffers};
use umbra_websocket::{Framer, outbound};

use crate::alarm::Alarm;
use crate::connections::Seat;
use crate::door::Site;
use crate::life::{Incoming, Life};
use crate::outlet::{Mark, Outlet};
use crate::stream::Stream;
use crate::{now_ms, random};
use mail::Watch;

/// Batches that a user may have under way to one connection: enough that in a room of 8 who all act as often, each next action
/// takes along the word that they are written.
const WINDOW: u16 = 32;

/// Reads of one turn, at most: a client that sends without end lets others have theirs.
const READS: u32 = 32;

/// Owns a connection until it ends.
pub(crate) async fn run(stream: Stream, client: SocketAddr, site: Arc<Site>, accepted_ms: u64) {
    let life = Life::start(&site.neighbours.environment);
    let mut connection = Connection {
        stream,
        twin: Twin::new(site.limits, WINDOW, [random(), random()]),
        phase: Phase::Request(Vec::new()),
        heartbeat: Heartbeat::new(site.limits.tempo(), accepted_ms),
        greeted: false,
        outlet: Outlet::default(),
        place: None,
        watch: None,
        alarm: Alarm::default(),
        seat: site.connections.enter(life.id(), client),
        site,
        life,
    };
    let reason = (&mut connection).await;
    connection.end(reason);
}

/// The twin, with what it needs of processes.
type Twin = Socket<Handle<UserMessage>, ProcessId>;

/// The fields that matter when it is dropped: first the client hears of the end, then the node.
struct Connection {
    stream: Stream,
    twin: Twin,
    phase: Phase,
    heartbeat: Heartbeat,
    /// The heartbeat knows of the sign-in.
    greeted: bool,
    outlet: Outlet,
    /// Where the user is, as it last said.
    place: Option<Place>,
    watch: Option<Watch>,
    alarm: Alarm,
    seat: Seat,
    site: Arc<Site>,
    life: Life,
}

/// How the client's bytes are to be read.
enum Phase {
    /// The first request; so far there are these of it.
    Request(Vec<u8>),
    /// It asked for what another process does, whose answer is awaited.
    Asked,
    WebSocket(Box<Framer>),
    /// It broke the protocol: nothing that it still sends is looked at.
    Deaf,
    /// The request is answered. Nothing more is looked at; until then the client may take to end its half, once the reply
    /// is written.
    Replied {
        until_ms: Option<u64>,
        shut: bool,
    },
    Over,
}

impl Future for &mut Connection {
    type Output = DeathReason;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<DeathReason> {
        self.outlet.open();
        self.lend_effects();
        let ended = self.turn(context);
        self.return_effects();
        self.outlet.close();
        ended
    }
}

impl Connection {
    fn turn(&mut self, context: &mut Context<'_>) -> Poll<DeathReason> {
        for _ in 0..READS {
            let now_ms = now_ms();
            while let Poll::Ready(signals) = self.life.poll_signals(context) {
                for signal in signals {
                    match self.life.take(signal) {
                        Some(Incoming::Message(message)) => {
                            self.mail(now_ms, &message);
                            buffers::give_back(message.buffer);
                        }
                        Some(Incoming::Down(id)) => self.down(now_ms, id),
                        Some(Incoming::Kill) => return Poll::Ready(DeathReason::Failure),
                        None => {}
                    }
                }
            }
            self.perform(now_ms);
            self.flush(now_ms, context);
            let mut again = self.read(now_ms, context);
            again |= self.fall_due(now_ms, context);
            again |= self.perform(now_ms);
            if self.is_over() {
                // The last words, as far as the client takes them.
                self.flush(now_ms, context);
                let _ = self.stream.poll_shutdown(context);
                return Poll::Ready(DeathReason::Normal);
            }
            // Whatever came before is waited for now, unless one of these has changed what that is.
            if !again {
                return Poll::Pending;
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn is_over(&self) -> bool {
        self.twin.is_over() || matches!(self.phase, Phase::Over)
    }

    /// Writes what there is to write.
    fn flush(&mut self, now_ms: u64, context: &mut Context<'_>) {
        if self.outlet.flush(now_ms, &mut self.stream, context).is_err() {
            return self.twin.lost();
        }
        while let Some(mark) = self.outlet.next_written() {
            match mark {
                Mark::Batch(answers) => self.twin.delivered(now_ms, &answers),
                Mark::Goodbye => self.twin.goodbye_written(now_ms),
                Mark::Reply => {
                    let until_ms = now_ms.saturating_add(self.site.limits.close_timeout_ms);
                    self.phase = Phase::Replied { until_ms: Some(until_ms), shut: false };
                }
            }
        }
        if let Phase::Replied { until_ms: Some(_), shut: shut @ false } = &mut self.phase {
            *shut = self.stream.poll_shutdown(context).is_ready();
        }
    }

    /// Lets happen what is due, or sees to it that this task is woken when something is. Whether anything happened.
    fn fall_due(&mut self, now_ms: u64, context: &mut Context<'_>) -> bool {
        if !self.greeted && self.twin.signed_in() {
            self.greeted = true;
            self.heartbeat.greeted(now_ms);
        }
        let Some(due_ms) = self.due_ms() else { return false };
        if due_ms > now_ms {
            return self.alarm.poll_set(now_ms, due_ms, context).is_ready();
        }
        let site = &self.site;
        self.twin.tick(now_ms, || site.neighbours.user_manager().as_ref().map(ProcessId::of));
        if self.listens() && self.heartbeat.due_ms() <= now_ms {
            match self.heartbeat.silent(now_ms) {
                Beat::Read => {}
                Beat::Ping => self.outlet.say(outbound::ping),
                Beat::Drop(code) => self.violated(code),
            }
        }
        if self.stalled_due_ms().is_some_and(|due_ms| due_ms <= now_ms) {
            self.twin.lost();
        }
        if let Phase::Replied { until_ms: Some(until_ms), .. } = self.phase
            && until_ms <= now_ms
        {
            self.phase = Phase::Over;
        }
        self.look_again(now_ms);
        true
    }

    fn due_ms(&self) -> Option<u64> {
        let silence_ms = self.listens().then(|| self.heartbeat.due_ms());
        let reply_ms = if let Phase::Replied { until_ms, .. } = self.phase { until_ms } else { None };
        let watch_ms = self.watch.as_ref().and_then(Watch::due_ms);
        let all = [self.twin.due_ms(), silence_ms, self.stalled_due_ms(), reply_ms, watch_ms];
        all.into_iter().flatten().min()
    }

    fn stalled_due_ms(&self) -> Option<u64> {
        let since_ms = self.outlet.stalled_since_ms()?;
        Some(since_ms.saturating_add(self.site.limits.stalled_write_ms()))
    }

    fn key(&self) -> SocketKey {
        SocketKey(self.life.id())
    }

    /// Who this is, for the log.
    fn name(&self) -> String {
        self.twin.name(self.place.as_ref().map(|place| &place.room_id))
    }

    fn end(self, reason: DeathReason) {
        let Self { stream, life, watch, seat, .. } = self;
        // The client hears of it before the node does: whoever waits for the process's end finds the connection cut.
        drop((stream, seat));
        if let Some(watch) = watch {
            life.stop_monitoring(watch.id());
        }
        life.end(reason);
    }
}
