//! DRIVER: all users of a measurement, on one thread that waits for all their connections at once.
//!
//! Not a task a connection: at a million events a second the scheduler's share would be measured as the server's. One
//! read takes what has come for a member into a buffer that all share; only half a message is kept for the next.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use umbra_client::raw::Frame;

use crate::conductor::{Conductor, Due};
use crate::dialect::{Dialect, Heard, Seated};
use crate::frame::{Arrived, next};

/// More than a server writes at once, so that one read is mostly enough.
const READ_BYTES: usize = 256 * 1024;
/// How many connections are taken care of between two looks at the kernel.
const READY_MOST: usize = 1024;
/// The timer's place among the connections.
const TIMER: u64 = u64::MAX;
/// How long servers may take to close after everybody has left.
const FAREWELL: Duration = Duration::from_secs(5);

/// Users with open connections.
#[derive(Debug)]
pub struct Crowd<D: Dialect> {
    dialect: D,
    members: Vec<Member<D::Member>>,
    poll: OwnedFd,
    timer: OwnedFd,
    scratch: Vec<u8>,
    outbound: Vec<u8>,
    gone: usize,
}

#[derive(Debug)]
struct Member<M> {
    stream: TcpStream,
    /// The beginning of a message whose rest has not come.
    begun: Vec<u8>,
    state: M,
}

impl<D: Dialect> Crowd<D> {
    /// Nobody yet.
    ///
    /// # Errors
    /// The system's.
    pub fn new(dialect: D) -> Result<Self> {
        let poll = epoll::create(CreateFlags::CLOEXEC)?;
        let timer = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
        epoll::add(&poll, &timer, EventData::new_u64(TIMER), EventFlags::IN)?;
        let (scratch, outbound) = (vec![0; READ_BYTES], Vec::new());
        Ok(Self { dialect, members: Vec::new(), poll, timer, scratch, outbound, gone: 0 })
    }

    /// How its members speak.
    pub fn dialect(&self) -> &D {
        &self.dialect
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Takes users over. What they heard while they came is looked at with their next message.
    ///
    /// # Errors
    /// The system's.
    pub fn add(&mut self, seated: Vec<Seated<D::Member>>) -> Result<()> {
        for Seated { connection, member } in seated {
            let (stream, begun) = connection.into_parts();
            let stream = stream.into_std()?;
            epoll::add(&self.poll, &stream, EventData::new_u64(self.members.len() as u64), EventFlags::IN)?;
            self.members.push(Member { stream, begun: begun.to_vec(), state: member });
        }
        Ok(())
    }

    /// Everybody acts at once: the beginning of a closed loop.
    ///
    /// # Errors
    /// As [`Crowd::attend`].
    pub fn all_act(&mut self, conductor: &mut Conductor) -> Result<()> {
        for member in 0..self.members.len() {
            let now_ns = conductor.tally.now_ns();
            self.act(member, now_ns, now_ns, conductor)?;
        }
        Ok(())
    }

    /// Lets members hear, and act as the conductor says, until `enough` says so or the time is over.
    ///
    /// # Errors
    /// A connection ended, or its server does not read.
    pub fn attend(
        &mut self,
        conductor: &mut Conductor,
        time: Duration,
        enough: impl Fn(&Conductor) -> bool,
    ) -> Result<()> {
        let end = Instant::now() + time;
        let mut ready = Vec::with_capacity(READY_MOST);
        while !enough(conductor) {
            let now = Instant::now();
            if now >= end {
                break;
            }
            let mut wait = end - now;
            if let Some(due) = self.catch_up(conductor)? {
                wait = wait.min(due);
            }
            self.set_timer(wait)?;
            ready.clear();
            match epoll::wait(&self.poll, rustix::buffer::spare_capacity(&mut ready), None) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
            for event in &ready {
                let place = event.data.u64();
                if place == TIMER {
                    let mut expirations = [0; 8];
                    // Not yet, or again: either way the clock is looked at above.
                    let _ = rustix::io::read(&self.timer, &mut expirations);
                } else {
                    ensure!(self.listen(place as usize, conductor)?, "the server closed a connection");
                    // The timetable does not wait until everybody has been heard.
                    self.catch_up(conductor)?;
                }
            }
        }
        Ok(())
    }

    /// Everybody leaves; returns when the server has closed all connections, or has had its time for it.
    ///
    /// # Errors
    /// The system's.
    pub fn dismiss(mut self) -> Result<()> {
        let mut conductor = Conductor::new(Instant::now(), 0, 1, None);
        for member in 0..self.members.len() {
            let Member { stream, state, .. } = &mut self.members[member];
            self.outbound.clear();
            self.dialect.leave(state, &mut self.outbound);
            // Whoever the server has dropped already needs no farewell.
            let _ = stream.write(&self.outbound);
        }
        let end = Instant::now() + FAREWELL;
        let mut ready = Vec::with_capacity(READY_MOST);
        while self.gone < self.members.len() && Instant::now() < end {
            self.set_timer(end.saturating_duration_since(Instant::now()))?;
            ready.clear();
            epoll::wait(&self.poll, rustix::buffer::spare_capacity(&mut ready), None)?;
            for event in &ready {
                let place = event.data.u64();
                if place != TIMER && !self.listen(place as usize, &mut conductor).unwrap_or(false) {
                    self.gone += 1;
                    epoll::delete(&self.poll, &self.members[place as usize].stream)?;
                }
            }
        }
        Ok(())
    }

    /// Whoever is due acts. Returns how long until the next is, if there is one.
    fn catch_up(&mut self, conductor: &mut Conductor) -> Result<Option<Duration>> {
        loop {
            let now_ns = conductor.tally.now_ns();
            match conductor.due(now_ns) {
                Due::Now { member, due_ns } => self.act(member, due_ns, now_ns, conductor)?,
                Due::At(due_ns) => return Ok(Some(Duration::from_nanos(due_ns - now_ns))),
                Due::Never => return Ok(None),
            }
        }
    }

    fn set_timer(&self, wait: Duration) -> Result<()> {
        // Nothing would switch it off.
        let wait = wait.max(Duration::from_nanos(1));
        let once = Itimerspec { it_interval: Timespec::try_from(Duration::ZERO)?, it_value: Timespec::try_from(wait)? };
        timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &once)?;
        Ok(())
    }

    /// One read, and all that is whole in it. False: the server has closed.
    fn listen(&mut self, place: usize, conductor: &mut Conductor) -> Result<bool> {
        let Member { stream, begun, .. } = &mut self.members[place];
        let read = match stream.read(&mut self.scratch) {
            Ok(0) => return Ok(false),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(true),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let now_ns = conductor.tally.now_ns();
        // Both are put back: what is heard below may make this member act, which needs the crowd.
        let scratch = std::mem::take(&mut self.scratch);
        let mut begun = std::mem::take(begun);
        let taken = if begun.is_empty() {
            self.hear_all(place, &scratch[..read], now_ns, conductor).map(|taken| {
                begun.extend_from_slice(&scratch[taken..read]);
            })
        } else {
            begun.extend_from_slice(&scratch[..read]);
            self.hear_all(place, &begun, now_ns, conductor).map(|taken| {
                begun.drain(..taken);
            })
        };
        self.scratch = scratch;
        self.members[place].begun = begun;
        taken?;
        Ok(true)
    }

    /// Returns how many bytes were whole messages.
    fn hear_all(&mut self, place: usize, bytes: &[u8], now_ns: u64, conductor: &mut Conductor) -> Result<usize> {
        let mut taken = 0;
        while let Some((arrived, length)) = next(&bytes[taken..])? {
            taken += length;
            match arrived {
                Arrived::Message(message) => {
                    let heard = self.dialect.hear(&mut self.members[place].state, message)?;
                    if let Heard::Asked(answer) = heard {
                        self.send(place, &Frame::text(answer))?;
                    }
                    if heard == Heard::Refused && conductor.tally.refused == 0 {
                        // Whoever measures has to know why; the count alone does not say.
                        eprintln!("bench: the first refusal: {}", String::from_utf8_lossy(message));
                    }
                    if let Some(due_ns) = conductor.heard(heard, now_ns) {
                        self.act(place, due_ns, now_ns, conductor)?;
                    }
                }
                Arrived::Ping(payload) => self.send(place, &Frame::pong(payload))?,
                Arrived::Pong => {}
                Arrived::Close(code) => bail!("the server closed a connection with {code}"),
            }
        }
        Ok(taken)
    }

    fn act(&mut self, place: usize, due_ns: u64, now_ns: u64, conductor: &mut Conductor) -> Result<()> {
        self.outbound.clear();
        self.dialect.act(&mut self.members[place].state, due_ns, &mut self.outbound);
        conductor.acts(due_ns, now_ns);
        self.write(place)
    }

    fn send(&mut self, place: usize, frame: &Frame) -> Result<()> {
        self.outbound.clear();
        frame.encode(&mut self.outbound);
        self.write(place)
    }

    /// All at once or not at all: what is written is far smaller than the kernel's buffer, which only fills when the
    /// server has stopped reading.
    fn write(&mut self, place: usize) -> Result<()> {
        let written = self.members[place].stream.write(&self.outbound).context("the server does not read")?;
        ensure!(written == self.outbound.len(), "the server does not read");
        Ok(())
    }
}
