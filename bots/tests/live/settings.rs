//! What stands in the environment.

use umbra_bots::settings::{COUNT_MAX, Settings};
use umbra_protocol::RoomId;

fn load(variables: &[(&str, &str)]) -> Result<Settings, String> {
    Settings::load(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned()))
}

#[lunatic::test]
fn nothing_is_one_bot_at_undercover_on_this_machine_and_empty_is_nothing() {
    let plain = load(&[]).expect("nothing is needed");
    assert_eq!((plain.count, plain.url.as_str()), (1, "ws://127.0.0.1:4000/ws"));
    assert_eq!((plain.room.as_ref(), plain.game.as_str()), (None, "undercover"));
    assert_eq!(load(&[("BOTS", ""), ("BOTS_ROOM", " ")]), Ok(plain));
}

#[lunatic::test]
fn a_room_may_be_typed_in_small_letters() {
    assert_eq!(load(&[("BOTS_ROOM", "8kq2zt")]).expect("a room").room, Some(RoomId("8KQ2ZT".into())));
}

#[lunatic::test]
fn more_bots_than_there_may_be_and_none_are_refused_in_a_sentence() {
    assert_eq!(load(&[("BOTS", &COUNT_MAX.to_string())]).expect("the most").count, COUNT_MAX);
    for bad in ["0", "-1", "six", &(COUNT_MAX + 1).to_string()] {
        assert_eq!(
            load(&[("BOTS", bad)]),
            Err(format!("BOTS is {bad}, expected the number of bots, 1 to {COUNT_MAX}"))
        );
    }
}
