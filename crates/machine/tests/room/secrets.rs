//! What a member is not to know never leaves the room: not in views, not in events, until the outcome.

use umbra_machine::room::Command;
use umbra_protocol::{Event, OkBody, Phase, RoomSnapshot};

use crate::table::Table;

const NAMES: [&str; 4] = ["ann", "bob", "cid", "dan"];

fn word(room: &RoomSnapshot) -> Option<String> {
    let view: serde_json::Value = serde_json::from_str(room.view.as_ref()?.as_str()).expect("views are JSON");
    view["word"].as_str().map(str::to_owned)
}

fn text(events: &[Event]) -> String {
    serde_json::to_string(events).expect("events are JSON")
}

#[test]
fn everybody_sees_the_own_word_and_no_other_until_it_is_over() {
    let mut table = Table::new("undercover", 4).seated(&NAMES);
    table.watch("vic").expect("a place");
    let mut table = table.playing_aloud();
    let words = NAMES.map(|name| word(&table.snapshot(name)).expect("a word is dealt"));
    assert!(words.iter().any(|other| *other != words[0]), "somebody has the other word");
    for name in NAMES {
        table.act(name, r#"{"type":"SPEAK","text":"hm"}"#).expect("a hint");
    }
    table.drop_out("dan");
    let Ok(OkBody::Room(room)) = table.come_back("dan") else { panic!("in game") };
    assert_eq!(word(&room).as_ref(), Some(&words[3]));
    for (name, own) in NAMES.iter().zip(&words) {
        let told = text(&table.heard(name));
        assert!(told.contains(own), "{name} was told the own word");
        for other in words.iter().filter(|other| *other != own) {
            assert!(!told.contains(other), "{name} was told {other}");
        }
    }
    assert_eq!(word(&table.snapshot("vic")), None);
    let told = text(&table.heard("vic"));
    assert!(words.iter().all(|word| !told.contains(word)), "a spectator was told a word");

    table.ask("ann", Command::Leave).expect("ann flees");
    table.watch("ann").expect("and watches");
    assert_eq!(word(&table.snapshot("ann")), None, "from outside a spectator's view");
    table.ask("bob", Command::Leave).expect("bob flees");
    table.ask("cid", Command::Leave).expect("cid flees");
    let told = text(&table.heard("vic"));
    assert!(words.iter().all(|word| told.contains(word)), "with the outcome everything is told");
}

#[test]
fn each_match_of_a_room_is_dealt_anew() {
    let mut table = Table::of("undercover", &NAMES).playing();
    let mut words = Vec::new();
    for _ in 0..6 {
        words.push(word(&table.snapshot("ann")));
        for name in ["bob", "cid", "dan"] {
            table.ask(name, Command::Leave).expect("flees, or leaves what is over");
        }
        assert_eq!(table.phase(), Phase::Waiting);
        for name in ["bob", "cid", "dan"] {
            table.join(name).expect("a free seat");
        }
        table = table.playing();
    }
    words.dedup();
    assert!(words.len() > 1, "always {words:?}");
}
