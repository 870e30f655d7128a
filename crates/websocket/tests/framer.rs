//! WEBSOCKET: however bytes are cut into reads, the same messages come out, within the limit.

use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::{CloseCode as WireCode, Control, Data, OpCode};
use tungstenite::protocol::frame::{Frame, FrameHeader};
use umbra_machine::connection::Payload;
use umbra_protocol::CloseCode;
use umbra_websocket::{Framer, Heard, Verdict, outbound};

const MAX_BYTES: usize = 1000;

/// A frame as a client sends it.
fn masked(opcode: OpCode, content: &[u8], last: bool) -> Vec<u8> {
    let header = FrameHeader { is_final: last, opcode, mask: Some([1, 2, 3, 4]), ..FrameHeader::default() };
    let frame = Frame::from_payload(header, content.to_vec().into());
    let mut bytes = Vec::new();
    frame.format(&mut bytes).expect("memory takes it");
    bytes
}

fn text(content: &str) -> Vec<u8> {
    masked(OpCode::Data(Data::Text), content.as_bytes(), true)
}

/// Hands in the bytes in pieces and puts together what came out.
fn in_pieces(bytes: &[u8], piece_bytes: usize) -> Heard {
    let mut framer = Framer::new(MAX_BYTES);
    let mut whole = Heard { payloads: Vec::new(), answers: Vec::new(), verdict: Verdict::ReadOn };
    for piece in bytes.chunks(piece_bytes) {
        let heard = framer.take(piece);
        whole.payloads.extend(heard.payloads);
        whole.answers.extend(heard.answers);
        whole.verdict = heard.verdict;
    }
    whole
}

#[test]
fn messages_come_out_the_same_however_they_were_cut() {
    let long = "x".repeat(MAX_BYTES);
    let fragments = [
        masked(OpCode::Data(Data::Binary), &[1, 2], false),
        masked(OpCode::Control(Control::Ping), b"?", true),
        masked(OpCode::Data(Data::Continue), &[3], true),
    ];
    let bytes = [text("one"), text("zwei"), text(&long), fragments.concat()].concat();
    let texts = ["one", "zwei", &long].map(|text| Payload::Text(text.to_owned()));
    let expected: Vec<_> = texts.into_iter().chain([Payload::Binary(vec![1, 2, 3])]).collect();
    for piece_bytes in [1, 2, 7, 64, 300, 5000] {
        let heard = in_pieces(&bytes, piece_bytes);
        assert_eq!(heard.payloads, expected, "in pieces of {piece_bytes}");
        assert_eq!(heard.answers, [0x8a, 1, b'?'], "one pong, in pieces of {piece_bytes}");
        assert_eq!(heard.verdict, Verdict::ReadOn);
    }
}

#[test]
fn a_message_over_the_limit_is_refused_when_it_is_announced() {
    let too_long = text(&"x".repeat(MAX_BYTES + 1));
    let heard = Framer::new(MAX_BYTES).take(&too_long[..8]);
    assert_eq!(heard.verdict, Verdict::Violation(CloseCode::TooBig));
}

#[test]
fn fragments_that_add_up_to_too_much_are_refused() {
    let half = vec![0; MAX_BYTES / 2 + 1];
    let bytes =
        [masked(OpCode::Data(Data::Binary), &half, false), masked(OpCode::Data(Data::Continue), &half, true)].concat();
    assert_eq!(in_pieces(&bytes, 64).verdict, Verdict::Violation(CloseCode::TooBig));
}

#[test]
fn what_breaks_the_protocol_is_a_violation_after_what_was_whole_before_it() {
    let mut unmasked = Vec::new();
    outbound::ping(&mut unmasked);
    let heard = Framer::new(MAX_BYTES).take(&[text("good"), unmasked].concat());
    assert_eq!(heard.payloads, [Payload::Text("good".into())]);
    assert_eq!(heard.verdict, Verdict::Violation(CloseCode::Protocol));
}

#[test]
fn text_that_is_not_utf_8_is_a_violation() {
    let heard = Framer::new(MAX_BYTES).take(&masked(OpCode::Data(Data::Text), &[0xff], true));
    assert_eq!(heard.verdict, Verdict::Violation(CloseCode::NotUtf8));
}

#[test]
fn a_close_is_echoed_and_ends_it() {
    let close = Frame::close(Some(CloseFrame { code: WireCode::Normal, reason: "bye".into() })).into_payload();
    let heard = Framer::new(MAX_BYTES).take(&masked(OpCode::Control(Control::Close), &close, true));
    assert_eq!(heard.verdict, Verdict::Closed);
    assert_eq!(heard.answers[..4], [0x88, 5, 0x03, 0xe8], "the same code");
}
