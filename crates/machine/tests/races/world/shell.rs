//! What the shells do: a message that arrives becomes an input, and its effects become messages.

use umbra_machine::room::Input as RoomInput;
use umbra_machine::session::{Effect, Inbound, Input, OutFrame, OutFrames, SocketKey};
use umbra_protocol::{EncodedEvent, RoomId, ServerFrame, Subprotocol, Uid, decode_server_binary};

use super::{Message, User, Way, Word, World};

impl World {
    pub(super) fn arrive(&mut self, name: &str, message: Message) {
        match message {
            Message::Inbound(socket, frame) => {
                self.user(name, Input::Client { socket: SocketKey(socket), inbound: Inbound::Frame(frame) });
            }
            Message::Drained(socket) => self.user(name, Input::Drained { socket: SocketKey(socket), batches: 1 }),
            Message::Deliver(socket, frames) => self.deliver(name, socket, &frames),
            Message::Close(socket, code) => {
                let client = self.client(name);
                client.closed.push((socket, code));
                client.socket.take_if(|used| *used == socket);
            }
            Message::Lost(socket) => self.user(name, Input::SocketLost { socket: SocketKey(socket) }),
            Message::Ask(op, ask) => {
                let found = self.rooms.answer(self.now_ms, name, ask);
                self.push(Way::Found, name, Message::Found(op, found));
            }
            Message::Found(op, found) => {
                if let (Ok(room_id), Some(user)) = (&found, self.users.get_mut(name)) {
                    user.place = Some(room_id.clone());
                    if !self.rooms.is_there(room_id) {
                        self.push(Way::FromRoom, name, Message::RoomDown(room_id.clone()));
                    }
                }
                self.user(name, Input::RoomFound { op, found });
                if let Some(user) = self.users.get_mut(name) {
                    user.place.take_if(|_| user.session.room().is_none());
                }
            }
            Message::ToRoom(room_id, input) => self.room(&room_id, Some(name), input),
            Message::Letter(room_id, words) => {
                let input = |word| match word {
                    Word::Event(event) => Input::RoomEvent { room_id: room_id.clone(), event },
                    Word::Reply(op, result) => Input::RoomReply { room_id: room_id.clone(), op, result },
                    Word::Released => Input::RoomReleased { room_id: room_id.clone() },
                };
                self.user_all(name, words.into_iter().map(input).collect());
            }
            Message::RoomDown(room_id) => {
                if self.users.get_mut(name).and_then(|user| user.place.take_if(|place| *place == room_id)).is_some() {
                    self.user(name, Input::RoomDown { room_id });
                }
            }
            Message::MayEnd => self.user(name, Input::MayEnd),
        }
    }

    fn deliver(&mut self, name: &str, socket: u64, frames: &OutFrames) {
        for frame in frames.iter().map(read) {
            if self.client(name).socket != Some(socket) {
                self.late.entry(socket).or_default().push(frame);
                continue;
            }
            for reference in self.client(name).hear(frame) {
                self.says_again(name, reference);
            }
        }
        if self.client(name).socket == Some(socket) {
            self.push(Way::In, name, Message::Drained(socket));
        }
    }

    pub(super) fn room(&mut self, room_id: &RoomId, name: Option<&str>, input: RoomInput) {
        let (letters, over) = self.rooms.take(self.now_ms, room_id, name, input);
        for (to, words) in letters {
            self.push(Way::FromRoom, &to, Message::Letter(room_id.clone(), words));
        }
        if over {
            let there = |user: &User| user.place.as_ref() == Some(room_id);
            let names: Vec<String> =
                self.users.iter().filter(|(_, u)| there(u)).map(|(name, _)| name.clone()).collect();
            names.iter().for_each(|name| self.push(Way::FromRoom, name, Message::RoomDown(room_id.clone())));
        }
    }

    pub(super) fn user(&mut self, name: &str, input: Input) {
        self.user_all(name, vec![input]);
    }

    fn user_all(&mut self, name: &str, inputs: Vec<Input>) {
        let Some(user) = self.users.get_mut(name) else { return };
        // As the process does: what the room says to all goes the shorter way.
        let told: Option<Vec<_>> = inputs.iter().map(told).collect();
        let effects = match told.as_deref() {
            Some(events @ [(room_id, _), ..]) => {
                user.session.told(self.now_ms, room_id, events.iter().map(|(_, event)| (*event).clone()))
            }
            Some([]) | None => user.session.handle_all(self.now_ms, inputs),
        };
        for effect in effects {
            self.perform(name, effect);
        }
    }

    fn perform(&mut self, name: &str, effect: Effect) {
        let uid = Uid(name.into());
        match effect {
            Effect::Deliver { socket, frames, .. } => self.push(Way::Out, name, Message::Deliver(socket.0, frames)),
            Effect::Close { socket, code } => self.push(Way::Out, name, Message::Close(socket.0, code)),
            Effect::AskRooms { op, ask } => self.push(Way::Ask, name, Message::Ask(op, ask)),
            Effect::AskRoom { room_id, op, command, .. } => {
                self.tell_room(name, room_id, RoomInput::Command { uid, op, command });
            }
            Effect::Online { room_id, op } => self.tell_room(name, room_id, RoomInput::Online { uid, op }),
            Effect::Offline { room_id } => self.tell_room(name, room_id, RoomInput::Offline { uid }),
            Effect::LeaveRoom { room_id } => {
                if let Some(user) = self.users.get_mut(name) {
                    user.place.take_if(|place| *place == room_id);
                }
            }
            Effect::Ending => self.push(Way::Leave, name, Message::MayEnd),
            Effect::End => drop(self.users.remove(name)),
            // A notice that comes all the same is for the twin to ignore; and no process dies here.
            Effect::Forget { .. } | Effect::Stay | Effect::Keep { .. } => {}
            Effect::Odd(what) => panic!("{name} was told what does not fit: {what}"),
        }
    }

    fn tell_room(&mut self, name: &str, room_id: RoomId, input: RoomInput) {
        if self.users.get(name).is_some_and(|user| user.place.as_ref() == Some(&room_id)) {
            self.push(Way::ToRoom, name, Message::ToRoom(room_id, input));
        }
    }
}

fn read(frame: OutFrame<'_>) -> ServerFrame {
    assert_eq!(frame.subprotocol, Subprotocol::Bincode);
    decode_server_binary(frame.content).expect("a good frame")
}

fn told(input: &Input) -> Option<(&RoomId, &EncodedEvent)> {
    if let Input::RoomEvent { room_id, event } = input { Some((room_id, event)) } else { None }
}
