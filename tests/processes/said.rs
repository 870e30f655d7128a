//! What a room says, written down from where the room holds it.

use lunatic::Mailbox;
use umbra::process::messages::{FromRoom, RoomSays, UserMessage};
use umbra_machine::room::OpId;
use umbra_otp::{ProcessId, Wire, send_to_all};
use umbra_protocol::{EncodedEvent, Event, OkBody, RoomId, Uid};

#[lunatic::test]
fn what_a_room_says_arrives_as_the_words_that_were_chosen_in_their_order(mailbox: Mailbox<UserMessage, Wire>) {
    let event = |uid: &str| FromRoom::Event(EncodedEvent::new(&Event::HostChanged { uid: Uid(uid.into()) }));
    let words = [event("ann"), FromRoom::Reply(OpId(7), Ok(OkBody::Empty)), FromRoom::Released, event("eve")];
    let room_id = RoomId("8KQ2ZT".into()).packed().expect("a room's id");
    for places in [&[3, 1][..], &[2], &[0, 1, 2, 3], &[]] {
        let says = RoomSays { room_id, n: 41, words: &words, places };
        send_to_all([ProcessId::this().handle::<UserMessage>()], &says);
        let expected: Vec<_> = places.iter().map(|place| words[*place].clone()).collect();
        match mailbox.receive() {
            UserMessage::Room { room_id: read, n: 41, said } => assert_eq!((read, said), (room_id, expected)),
            other => panic!("{places:?} reads back as {other:?}"),
        }
    }
}
