//! A question that comes a second time, because its answer was lost with a process: it is not carried out twice.

use umbra_machine::room::{Command, Input, OpId};

use crate::table::{Table, uid};

/// Something that all hear of once for each time that it is carried out.
fn chat(name: &str, op: OpId) -> Input {
    Input::Command { uid: uid(name), op, command: Command::Chat { text: "hm".to_owned() } }
}

/// `ann` plays and `vic` watches; `name`, one of them, has said something, and that is all that there is to hear.
fn answered(name: &str) -> (Table, OpId) {
    let mut table = Table::of("relay", &["ann"]).playing();
    table.watch("vic").expect("a place");
    table.hush();
    let op = table.new_op();
    table.step(chat(name, op));
    (table, op)
}

#[test]
fn what_was_answered_is_not_carried_out_again_whoever_asked() {
    for name in ["ann", "vic"] {
        let (mut table, op) = answered(name);
        assert_eq!(table.step(chat(name, op)), [], "asked again by {name}");
        let next = table.new_op();
        table.step(chat(name, next));
        assert_eq!(table.ids("ann"), ["CHAT", "CHAT"], "what {name} asks next is something else");
    }
}

#[test]
fn a_room_that_was_brought_back_knows_what_it_has_answered() {
    for name in ["ann", "vic"] {
        let (mut table, op) = answered(name);
        table.rebirth();
        assert_eq!(table.step(chat(name, op)), [], "asked again by {name}");
    }
}

#[test]
fn a_users_next_process_numbers_its_questions_anew() {
    for name in ["ann", "vic"] {
        let (mut table, _) = answered(name);
        table.room.renewed(&uid(name));
        table.step(chat(name, OpId(1)));
        table.step(Input::Returned { uid: uid(name), op: OpId(1) });
        assert_eq!(table.step(chat(name, OpId(1))), [], "asked again by {name}");
        table.step(chat(name, OpId(2)));
        assert_eq!(table.ids("ann"), ["CHAT", "CHAT", "CHAT"]);
    }
}
