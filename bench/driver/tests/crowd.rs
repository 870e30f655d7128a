//! The crowd on connections that do what a busy network does.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use umbra_bench::conductor::Conductor;
use umbra_bench::crowd::Crowd;
use umbra_bench::dialect::Dialect;
use umbra_bench::dialect::plain::Plain;
use umbra_client::raw::Frame;
use umbra_load::load::Pace;

const WAIT: Duration = Duration::from_secs(20);

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A connection's server side, byte by byte.
struct Bytes(TcpStream);

impl Bytes {
    /// Takes the only connection, upgrades it, and lets it join.
    fn accept(listener: &TcpListener) -> Self {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(WAIT)).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        // The answer to the key that the client always sends.
        let answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                      Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
        stream.write_all(answer.as_bytes()).unwrap();
        let mut own = Self(stream);
        own.hear();
        own.say(&frame(Frame::text("joined")));
        own
    }

    fn say(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).unwrap();
    }

    /// The payload of the next frame, which is short.
    fn hear(&mut self) -> Vec<u8> {
        let mut head = [0; 6];
        self.0.read_exact(&mut head).unwrap();
        let mut payload = vec![0; usize::from(head[1] & 0x7f)];
        self.0.read_exact(&mut payload).unwrap();
        payload.iter_mut().zip(head[2..].iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
        payload
    }
}

fn frame(frame: Frame) -> Vec<u8> {
    let mut bytes = Vec::new();
    frame.unmasked().encode(&mut bytes);
    bytes
}

fn member(addr: &str) -> Crowd<Plain> {
    let mut crowd = Crowd::new(Plain).unwrap();
    runtime().block_on(async { crowd.add(Plain.fill(addr, 0, 0, 1).await.unwrap()).unwrap() });
    crowd
}

#[test]
fn a_message_that_comes_in_pieces_is_heard_once_it_is_whole() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap().to_string();
    let (done, heard) = mpsc::channel();
    std::thread::spawn(move || {
        let mut own = Bytes::accept(&listener);
        let ping = frame(Frame::ping("pieces"));
        let first = frame(Frame::text(own.hear()));
        own.say(&[&first[..], &ping[..3]].concat());
        // The member acts again because it has read the first half of the ping behind its own value.
        let second = frame(Frame::text(own.hear()));
        own.say(&[&ping[3..], &second[..40]].concat());
        assert_eq!(own.hear(), b"pieces", "the pong, and so the half of the second value is read");
        own.say(&second[40..]);
        let third = own.hear();
        // The connection goes with it: were it cut, that would be what is heard next.
        done.send((third, own)).unwrap();
    });
    let mut crowd = member(&addr);
    let mut conductor = Conductor::new(Instant::now(), 1, 1, Some(Pace::Closed));
    crowd.all_act(&mut conductor).unwrap();
    let third = std::cell::OnceCell::new();
    let enough = |_: &Conductor| {
        heard.try_recv().is_ok_and(|third_value| third.set(third_value).is_ok()) || third.get().is_some()
    };
    // In short turns: nothing comes in after the third value to wake it up.
    let end = Instant::now() + WAIT;
    while third.get().is_none() && Instant::now() < end {
        crowd.attend(&mut conductor, Duration::from_millis(5), enough).unwrap();
    }
    assert_eq!(third.get().map(|(value, _)| value.len()), Some(64));
    assert_eq!(conductor.delivered, 2);
}

#[test]
fn what_the_driver_itself_is_late_with_is_charged_too() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let mut own = Bytes::accept(&listener);
        loop {
            let value = own.hear();
            own.say(&frame(Frame::text(value)));
        }
    });
    let mut crowd = member(&addr);
    let pace = Pace::Open { events_per_second: 1000.0 };
    let mut conductor = Conductor::new(Instant::now(), 1, 1, Some(pace));
    conductor.tally.open_window(Duration::from_millis(200));
    let late = Duration::from_millis(200);
    let begun = Instant::now();
    while begun.elapsed() < late {
        std::hint::spin_loop();
    }
    let all = |conductor: &Conductor| conductor.is_over() && conductor.tally.delivered >= conductor.tally.actions;
    crowd.attend(&mut conductor, WAIT, all).unwrap();
    assert!((195..=201).contains(&conductor.tally.actions), "{:?}", conductor.tally.actions);
    // All of the window was over before the first was sent: they waited between all of it and nothing.
    let (half, most) = (conductor.tally.latency(0.5), conductor.tally.latency(0.99));
    assert!(half >= late / 2 - late / 20 && most >= late - late / 20, "{half:?} {most:?}");
    assert!(conductor.own_delay() >= late - late / 20);
}
