//! RUNTIME, measured: the least that the delivery of an event costs where a room, a user and a connection are a process each.
//!
//!     cargo run --release --target host-tuple -p umbra-runtime --example fanout -- users=800 events=25600 seconds=5
//!
//! Rooms of 8 at a fixed rate, one after the other, each event 150 bytes to each of the eight, over TCP to a reader on another
//! processor. Four ways to get there, each with one kind of process more; what is measured is the processor time of the
//! thread that does all of it. The guest is `hop.wat` beside this file: it looks at nothing and keeps nothing.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{mem, thread};

use anyhow::{Context as _, Result, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{self, UnboundedSender};
use umbra_runtime::{
    DataMessage, Environment, Message, Node, Process, ProcessSettings, Runtime, Signal, Tuning, buffers,
};

const MEMBERS: usize = 8;
/// What a small event takes as JSON, with its WebSocket header.
const EVENT: [u8; 150] = [b'x'; 150];
/// Where the guest has the names of its functions.
const USER: u32 = 8;
const ROOM: u32 = 16;

/// How an event gets from its room to the eight clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Writes,
    Connections,
    Users,
    Rooms,
}

impl Way {
    const ALL: [Self; 4] = [Self::Writes, Self::Connections, Self::Users, Self::Rooms];

    fn title(self) -> &'static str {
        match self {
            Self::Writes => "written at once: the kernel alone",
            Self::Connections => "by way of a native process for each connection",
            Self::Users => "by way of a process of the guest for each user, too",
            Self::Rooms => "by way of a process of the guest for each room, too",
        }
    }
}

fn main() -> Result<()> {
    let (mut users, mut events, mut seconds) = (800_usize, 25_600_u64, 5_u64);
    for word in std::env::args().skip(1) {
        let (name, value) = word.split_once('=').with_context(|| format!("{word}: expected name=value"))?;
        match name {
            "users" => users = value.parse()?,
            "events" => events = value.parse()?,
            "seconds" => seconds = value.parse()?,
            other => bail!("{other}: expected users, events or seconds"),
        }
    }
    ensure!(users > 0 && users.is_multiple_of(MEMBERS), "users={users}: expected whole rooms of {MEMBERS}");
    let addr = read_everything()?;
    confine(0)?;
    let thread = umbra_runtime::one_thread()?;
    println!("{users} users, {events} events a second; processor time of an event, µs:");
    for way in Way::ALL {
        let each = thread.block_on(async { Stage::set(way, users, addr).await?.run(events, seconds).await })?;
        println!("  {:5.1}  {}", each.as_secs_f64() * 1e6, way.title());
    }
    thread.shutdown_background();
    Ok(())
}

/// Bytes that have arrived at the clients.
static ARRIVED: AtomicU64 = AtomicU64::new(0);

/// A thread that takes every connection and reads what comes, on the second processor.
fn read_everything() -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let addr = listener.local_addr()?;
    let thread = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    thread::spawn(move || {
        confine(1).expect("a second processor");
        thread.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            while let Ok((mut client, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut buffer = [0; 4096];
                    while let Ok(bytes @ 1..) = client.read(&mut buffer).await {
                        ARRIVED.fetch_add(bytes as u64, Ordering::Relaxed);
                    }
                });
            }
        });
    });
    Ok(addr)
}

/// Everything that stands between a room's decision and its clients.
enum Stage {
    Writes(Vec<TcpStream>),
    Connections(Vec<Arc<Native>>),
    Users(Node, Vec<[u64; 2]>),
    Rooms(Node, Vec<[u64; 2]>, Vec<u64>),
}

impl Stage {
    async fn set(way: Way, users: usize, addr: SocketAddr) -> Result<Self> {
        let mut streams = Vec::with_capacity(users);
        for _ in 0..users {
            let stream = TcpStream::connect(addr).await?;
            stream.set_nodelay(true)?;
            streams.push(stream);
        }
        if way == Way::Writes {
            return Ok(Self::Writes(streams));
        }
        let runtime = Runtime::new(&Tuning::in_one_place())?;
        let node = Node::new(&runtime);
        let connections: Vec<_> = streams.into_iter().map(|stream| Native::start(&node, stream)).collect();
        if way == Way::Connections {
            return Ok(Self::Connections(connections));
        }
        let module = runtime.compile(include_bytes!("hop.wat"))?;
        let parent = node.start(&module, "parent", ProcessSettings::root(), None).await?.root;
        let users = start(&node, &*parent, USER, users).await;
        let pairs =
            users.into_iter().zip(connections).map(|(user, connection)| [user, connection.id]).collect::<Vec<_>>();
        if way == Way::Users {
            return Ok(Self::Users(node, pairs));
        }
        let rooms = start(&node, &*parent, ROOM, pairs.len() / MEMBERS).await;
        Ok(Self::Rooms(node, pairs, rooms))
    }

    fn users(&self) -> usize {
        match self {
            Self::Writes(streams) => streams.len(),
            Self::Connections(connections) => connections.len(),
            Self::Users(_, pairs) | Self::Rooms(_, pairs, _) => pairs.len(),
        }
    }

    /// One event for each member of a room.
    fn say(&self, room: usize) {
        let members = room * MEMBERS..(room + 1) * MEMBERS;
        match self {
            Self::Writes(streams) => {
                for stream in &streams[members] {
                    // What does not fit is missed at the end.
                    let _ = stream.try_write(&EVENT);
                }
            }
            Self::Connections(connections) => {
                connections[members].iter().for_each(|connection| connection.send(message(&[], &EVENT)));
            }
            Self::Users(node, pairs) => {
                for [user, connection] in &pairs[members] {
                    node.environment.send(*user, message(&[*connection], &EVENT));
                }
            }
            Self::Rooms(node, pairs, rooms) => {
                node.environment.send(rooms[room], message(pairs[members].as_flattened(), &EVENT));
            }
        }
    }

    /// Processor time of one event.
    async fn run(self, events: u64, seconds: u64) -> Result<Duration> {
        let (rooms, rounds) = (self.users() / MEMBERS, events * seconds / MEMBERS as u64);
        let between = Duration::from_secs(MEMBERS as u64) / u32::try_from(events)?;
        let (start, arrived, used) = (Instant::now(), ARRIVED.load(Ordering::Relaxed), processor_time());
        for round in 0..rounds {
            tokio::time::sleep_until((start + between * u32::try_from(round)?).into()).await;
            self.say(round as usize % rooms);
        }
        let expected = rounds * (MEMBERS * EVENT.len()) as u64;
        while ARRIVED.load(Ordering::Relaxed) - arrived < expected {
            ensure!(start.elapsed() < Duration::from_secs(seconds + 10), "not everything has arrived: too fast?");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok((processor_time() - used) / u32::try_from(rounds)? / MEMBERS as u32)
    }
}

/// Starts processes of the guest. Gives their numbers.
async fn start(node: &Node, parent: &dyn Process, name_at: u32, count: usize) -> Vec<u64> {
    let first = node.environment.get_next_process_id();
    for _ in 0..count {
        parent.send(message(&[], &name_at.to_le_bytes()));
    }
    let numbers = first + 1..=first + count as u64;
    while numbers.clone().any(|number| node.environment.get_process(number).is_none()) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    numbers.collect()
}

fn message(numbers: &[u64], rest: &[u8]) -> Signal {
    let mut bytes = buffers::take();
    numbers.iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
    bytes.extend_from_slice(rest);
    Signal::Message(Message::Data(DataMessage::new_from_vec(None, bytes)))
}

/// A connection: a native process that writes what it is sent.
struct Native {
    id: u64,
    mailbox: UnboundedSender<Signal>,
}

impl Native {
    fn start(node: &Node, mut stream: TcpStream) -> Arc<Self> {
        let (mailbox, mut mail) = mpsc::unbounded_channel();
        let native = Arc::new(Self { id: node.environment.get_next_process_id(), mailbox });
        node.environment.add_process(native.id, native.clone());
        node.environment.run_native(async move {
            while let Some(Signal::Message(Message::Data(DataMessage { buffer, .. }))) = mail.recv().await {
                if stream.write_all(&buffer).await.is_err() {
                    return;
                }
                buffers::give_back(buffer);
            }
        });
        native
    }
}

impl Process for Native {
    fn id(&self) -> u64 {
        self.id
    }

    fn send(&self, signal: Signal) {
        let _ = self.mailbox.send(signal);
    }
}

/// Of this thread.
fn processor_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: it writes there and nowhere else.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// To one processor, this thread.
fn confine(processor: usize) -> Result<()> {
    // SAFETY: a set of processors is plain data, and the call reads it.
    let failed = unsafe {
        let mut set: libc::cpu_set_t = mem::zeroed();
        libc::CPU_SET(processor, &mut set);
        libc::sched_setaffinity(0, size_of_val(&set), &raw const set)
    };
    ensure!(failed == 0, "this thread may not run on processor {processor}");
    Ok(())
}
