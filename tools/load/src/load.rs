//! Playing: every player acts, every action goes to the whole room, and each delivery is timed.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use bytes::BytesMut;
use tokio::io::AsyncReadExt;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::task::{JoinSet, LocalSet, yield_now};
use tokio::time::sleep;
use umbra_client::Subprotocol;
use umbra_client::raw::Frame;

use crate::pacer::Pacer;
use crate::room::{self, Player};
use crate::scan::{Heard, Scanner};
use crate::server::Server;
use crate::tally::Tally;
use crate::{action, cpu};

/// How long to wait, after the last action, for events that are still owed.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);
/// How often to look whether all have come.
const DRAIN_POLL: Duration = Duration::from_millis(10);

/// Who plays, and how.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The encoding.
    pub subprotocol: Subprotocol,
    /// Players over all rooms; whole rooms of them.
    pub users: usize,
    /// Players a room.
    pub room_size: u8,
    /// Bytes of JSON of each action's value.
    pub value_bytes: usize,
    /// When they act.
    pub pace: Pace,
    /// How long they play before it counts.
    pub warm_up: Duration,
    /// How long it counts.
    pub window: Duration,
}

/// When players act.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// Each as soon as its last action is answered: how much the server can do at most.
    Closed,
    /// By a fixed timetable, however slow the answers: how long users wait at a given load. Latency counts from the
    /// timetable, so a server that stalls is charged for everybody who had to wait meanwhile.
    Open {
        /// Deliveries a second, over all receivers.
        events_per_second: f64,
    },
}

/// What was found.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// Deliveries a second, of the actions due within the window.
    pub events_per_second: f64,
    /// Half of the deliveries were at least this quick.
    pub p50: Duration,
    /// 99 of 100.
    pub p99: Duration,
    /// 999 of 1000.
    pub p999: Duration,
    /// Deliveries that had not come [`DRAIN_TIMEOUT`] after the window.
    pub missing: u64,
    /// Actions that were refused.
    pub refused: u64,
    /// Processor seconds of the server for a million deliveries, if its process is known.
    pub server_cpu_per_million: Option<f64>,
    /// Processor seconds of the server a second: 1 is one processor fully busy.
    pub server_busy: Option<f64>,
    /// The same of this tool. Near 1, the tool was the limit and not the server.
    pub tool_busy: f64,
}

/// Seats the players, lets them play, and counts.
///
/// # Errors
/// Whatever ended the set-up or one of the connections.
pub async fn run(server: &Server, plan: Plan) -> Result<Figures> {
    let rooms = room::seat(server.addr(), plan.subprotocol, plan.users, plan.room_size).await?;
    LocalSet::new().run_until(play(server, plan, rooms)).await
}

struct Table {
    tally: RefCell<Tally>,
    plan: Plan,
    /// No action that counts is still to be sent.
    over: Cell<bool>,
}

/// A player's sending side and its place in the session.
struct Seat {
    table: Rc<Table>,
    write: OwnedWriteHalf,
    last_ref: Cell<u64>,
    last_seq: Cell<u64>,
}

async fn play(server: &Server, plan: Plan, rooms: Vec<Vec<Player>>) -> Result<Figures> {
    let start = Instant::now();
    let table = Rc::new(Table { tally: RefCell::new(Tally::new(start)), plan, over: Cell::new(false) });
    let mut tasks = JoinSet::new();
    let mut rooms: Vec<_> = rooms.into_iter().map(Vec::into_iter).collect();
    let mut seats = Vec::new();
    // One of each room in turn, so that a timetable that goes through the seats spreads over the rooms.
    for _ in 0..plan.room_size {
        for player in rooms.iter_mut().filter_map(Iterator::next) {
            let (stream, buffer) = player.connection.into_parts();
            let (read, write) = stream.into_split();
            let (last_ref, last_seq) = (Cell::new(player.last_ref), Cell::new(player.last_seq));
            let seat = Rc::new(Seat { table: table.clone(), write, last_ref, last_seq });
            tasks.spawn_local(listen(seat.clone(), read, buffer));
            seats.push(seat);
        }
    }
    match plan.pace {
        Pace::Closed => seats.iter().try_for_each(|seat| seat.act_now())?,
        Pace::Open { events_per_second } => {
            ensure!(events_per_second > 0.0, "a rate of {events_per_second} never begins");
            let interval = Duration::from_secs_f64(f64::from(plan.room_size) / events_per_second);
            tasks.spawn_local(keep_to_timetable(seats, start, interval));
        }
    }
    tokio::select! {
        figures = measure(server, &table) => figures,
        // Tasks go on until they are dropped, unless something went wrong.
        Some(ended) = tasks.join_next() => match ended? {
            Ok(()) => bail!("the server closed a connection"),
            Err(error) => Err(error),
        },
    }
}

async fn measure(server: &Server, table: &Table) -> Result<Figures> {
    let server_seconds = || server.pid().map(|pid| cpu::seconds(&pid)).transpose();
    sleep(table.plan.warm_up).await;
    let (server_before, tool_before, from) = (server_seconds()?, cpu::seconds("self")?, Instant::now());
    table.tally.borrow_mut().open_window(table.plan.window);
    sleep(table.plan.window).await;
    let (server_after, tool_after, took) = (server_seconds()?, cpu::seconds("self")?, from.elapsed().as_secs_f64());
    if table.plan.pace == Pace::Closed {
        table.over.set(true);
    }
    let expected = || table.tally.borrow().actions * u64::from(table.plan.room_size);
    let deadline = Instant::now() + DRAIN_TIMEOUT;
    while !(table.over.get() && table.tally.borrow().delivered >= expected()) && Instant::now() < deadline {
        sleep(DRAIN_POLL).await;
    }
    ensure!(table.over.get(), "this tool fell {DRAIN_TIMEOUT:?} behind its own timetable");
    let (tally, expected) = (table.tally.borrow(), expected());
    ensure!(tally.delivered > 0, "nothing was delivered ({} actions, {} refused)", tally.actions, tally.refused);
    let server_used = server_after.zip(server_before).map(|(after, before)| after - before);
    Ok(Figures {
        events_per_second: tally.delivered as f64 / table.plan.window.as_secs_f64(),
        p50: tally.latency(0.5),
        p99: tally.latency(0.99),
        p999: tally.latency(0.999),
        missing: expected.saturating_sub(tally.delivered),
        refused: tally.refused,
        server_cpu_per_million: server_used.map(|used| used / tally.delivered as f64 * 1e6),
        server_busy: server_used.map(|used| used / took),
        tool_busy: (tool_after - tool_before) / took,
    })
}

async fn listen(seat: Rc<Seat>, mut read: OwnedReadHalf, mut buffer: BytesMut) -> Result<()> {
    let scanner = Scanner::new(seat.table.plan.subprotocol);
    loop {
        let now_ns = seat.table.tally.borrow().now_ns();
        while let Some(heard) = scanner.next(&mut buffer)? {
            match heard {
                Heard::Relayed { seq, due_ns } => {
                    seat.last_seq.set(seq);
                    seat.table.tally.borrow_mut().delivered(due_ns, now_ns);
                }
                Heard::OtherEvent { seq } => seat.last_seq.set(seq),
                Heard::Ok => seat.answered()?,
                Heard::Error => {
                    seat.table.tally.borrow_mut().refused += 1;
                    seat.answered()?;
                }
                Heard::Control => {}
                Heard::Ping => seat.write(&Frame::pong([]))?,
                Heard::Close => return Ok(()),
            }
        }
        if read.read_buf(&mut buffer).await? == 0 {
            return Ok(());
        }
    }
}

async fn keep_to_timetable(seats: Vec<Rc<Seat>>, start: Instant, interval: Duration) -> Result<()> {
    let mut pacer = Pacer::new()?;
    let mut due = Instant::now();
    for seat in seats.iter().cycle() {
        let due_ns = due.duration_since(start).as_nanos() as u64;
        // Not by the clock: what was due within the window is sent and counts, however late this tool is with it.
        if seat.table.tally.borrow().is_past(due_ns) {
            seat.table.over.set(true);
            break;
        }
        if due > Instant::now() {
            pacer.until(due).await?;
        } else {
            // Behind the timetable: catch up, but let the others read in between.
            yield_now().await;
        }
        seat.act(due_ns)?;
        due += interval;
    }
    // Ending would mean that something went wrong; the measurement still waits for what is owed.
    std::future::pending().await
}

impl Seat {
    /// The last action has its answer.
    fn answered(&self) -> Result<()> {
        if self.table.plan.pace == Pace::Closed && !self.table.over.get() { self.act_now() } else { Ok(()) }
    }

    fn act_now(&self) -> Result<()> {
        let now_ns = self.table.tally.borrow().now_ns();
        self.act(now_ns)
    }

    fn act(&self, due_ns: u64) -> Result<()> {
        let plan = &self.table.plan;
        self.last_ref.set(self.last_ref.get() + 1);
        let message = action::relay(action::value(due_ns, plan.value_bytes));
        let mut bytes = Vec::with_capacity(256);
        let ack = Some(self.last_seq.get()).filter(|seq| *seq > 0);
        action::encode(plan.subprotocol, self.last_ref.get(), ack, message, &mut bytes);
        self.table.tally.borrow_mut().acted(due_ns);
        self.write_bytes(&bytes)
    }

    fn write(&self, frame: &Frame) -> Result<()> {
        let mut bytes = Vec::new();
        frame.encode(&mut bytes);
        self.write_bytes(&bytes)
    }

    /// All at once or not at all: what is written is far smaller than the kernel's buffer, which only fills when the
    /// server has stopped reading.
    fn write_bytes(&self, bytes: &[u8]) -> Result<()> {
        let written = self.write.try_write(bytes).context("the server does not read")?;
        ensure!(written == bytes.len(), "the server does not read");
        Ok(())
    }
}
