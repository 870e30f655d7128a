//! `docs/PROTOCOL.md` says what the code does: its examples are read, and nothing that exists is left out. So does
//! `docs/clients.md` of the close codes.

mod codes;

use codes::ERROR_CODES;
use umbra_protocol::*;

const DOCUMENT: &str = include_str!("../../../docs/PROTOCOL.md");
const GUIDE: &str = include_str!("../../../docs/clients.md");

const CLOSE_CODES: [CloseCode; 15] = [
    CloseCode::Normal,
    CloseCode::GoingAway,
    CloseCode::Protocol,
    CloseCode::FrameType,
    CloseCode::NotUtf8,
    CloseCode::TooBig,
    CloseCode::Internal,
    CloseCode::Replaced,
    CloseCode::HelloTimeout,
    CloseCode::BadToken,
    CloseCode::TooSlow,
    CloseCode::TooMany,
    CloseCode::HeartbeatMissed,
    CloseCode::Kicked,
    CloseCode::ServerFull,
];

/// The contents of every code block of that language.
fn blocks(language: &str) -> Vec<&'static str> {
    let opening = format!("```{language}\n");
    DOCUMENT.split(&opening).skip(1).map(|rest| rest.split("\n```").next().expect("a block ends")).collect()
}

/// The first cells of the rows of every table: `| cell | …`.
fn first_cells() -> impl Iterator<Item = &'static str> {
    DOCUMENT.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next())
}

/// How far down its table a name stands, counted among these names.
fn order_of(names: &[&str]) -> Vec<usize> {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    first_cells().filter_map(|cell| quoted.iter().position(|name| cell == name)).collect()
}

#[test]
fn every_json_example_is_a_frame_that_a_codec_reads() {
    let examples: Vec<&str> = blocks("json").into_iter().flat_map(str::lines).collect();
    assert!(examples.len() >= 10, "{} examples", examples.len());
    for example in examples {
        let named = |ids: &[&str]| ids.iter().any(|id| example.starts_with(&format!(r#"{{"id":"{id}","#)));
        if named(&ClientMessage::IDS) {
            decode_client_json(example).unwrap_or_else(|error| panic!("{example}: {error}"));
        } else {
            let frame = decode_server_json(example, |_| ReplyKind::Empty);
            let frame = frame.unwrap_or_else(|error| panic!("{example}: {error}"));
            assert_eq!(encode_server_json(&frame), example);
        }
    }
}

#[test]
fn the_hex_examples_are_the_bytes_of_the_json_before_them() {
    let before = |at: usize| {
        let text = &DOCUMENT[..at];
        let json = text.rfind("```json\n").expect("a JSON example comes first") + "```json\n".len();
        text[json..].lines().next().expect("a frame a line")
    };
    let mut seen = 0;
    for (at, _) in DOCUMENT.match_indices("```hex\n") {
        let bytes: Vec<u8> = blocks("hex")[seen]
            .lines()
            .flat_map(|line| line.split('#').next().expect("a first part").split_whitespace())
            .map(|byte| u8::from_str_radix(byte, 16).expect("two hex digits"))
            .collect();
        let from_client = decode_client_json(before(at)).map(|frame| encode_client_binary(&frame)).ok();
        let from_server =
            decode_server_json(before(at), |_| ReplyKind::Empty).map(|frame| encode_server_binary(&frame));
        let written = from_client.or(from_server.ok()).expect("the example before is a frame");
        assert_eq!(bytes, written, "{}", before(at));
        seen += 1;
    }
    assert_eq!(seen, 2);
}

#[test]
fn every_event_and_error_stands_in_its_table_in_the_order_of_the_encoding() {
    let in_order: Vec<usize> = (0..Event::IDS.len()).collect();
    assert_eq!(order_of(&Event::IDS), in_order);
    let in_order: Vec<usize> = (0..ERROR_CODES.len()).collect();
    assert_eq!(order_of(&ERROR_CODES.map(|(name, _)| name)), in_order);
}

#[test]
fn every_client_message_stands_in_the_binary_table_under_its_number() {
    for (number, id) in ClientMessage::IDS.iter().enumerate() {
        assert!(DOCUMENT.contains(&format!("\n| {number} | `{id}` |")), "{number} {id}");
        assert!(DOCUMENT.contains(&format!("\n| `{id}`")), "{id} in section 4");
    }
}

#[test]
fn every_close_code_is_listed_and_those_that_end_for_good_say_so() {
    for close in CLOSE_CODES {
        let start = format!("\n| {} |", close.code());
        let row = DOCUMENT.split(&start).nth(1).unwrap_or_else(|| panic!("{} is listed", close.code()));
        let row = row.lines().next().expect("a row is a line");
        assert_eq!(row.contains("does not reconnect"), !close.reconnect(), "{} {row}", close.code());
        assert!(!close.reason().is_empty() && close.reason().len() <= 123, "a close frame has room for 123 bytes");
    }
}

#[test]
fn the_guide_says_of_every_close_code_whether_a_client_comes_back() {
    let rows: Vec<(u16, &str)> = GUIDE
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(" | "))
        .filter_map(|(code, row)| Some((code.parse().ok()?, row)))
        .collect();
    assert_eq!(rows.iter().map(|(code, _)| *code).collect::<Vec<_>>(), CLOSE_CODES.map(CloseCode::code));
    for (close, (code, row)) in CLOSE_CODES.iter().zip(rows) {
        let (meaning, asked) = row.split_once(" | ").expect("a row has three cells");
        let [comes_back, ends] = ["**comes back**", "**ends**"].map(|word| asked.starts_with(word));
        assert!(comes_back != ends, "{code}: {asked}");
        assert!(close.reconnect() || ends, "{code} forbids to come back: {asked}");
        assert!(!close.reconnect() || comes_back || asked.contains("only do it again"), "{code}: {asked}");
        assert!(DOCUMENT.contains(&format!("\n| {code} | {meaning} |")), "{code} means the same in both documents");
    }
}

#[test]
fn every_error_code_goes_by_its_name_and_its_place() {
    for (number, (name, code)) in ERROR_CODES.iter().enumerate() {
        assert_eq!(serde_json::to_string(code).unwrap(), format!("\"{name}\""));
        assert_eq!(bincode::serialize(code).unwrap(), u32::try_from(number).unwrap().to_le_bytes());
    }
}
