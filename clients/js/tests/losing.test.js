//! The client against a scripted server: a connection is lost, and the session goes on over the next.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { World, chat, online, pong, rejection, seen } from './scripted.js';

test('after a drop the session is resumed from the last event handled', async () => {
  const { world } = await online();
  world.socket.say(chat(1));
  world.socket.say(chat(2));
  world.socket.drop();
  assert.equal(world.states.at(-1).name, 'offline');
  world.pass(500);
  await world.socket.welcome({ resumed: true });
  assert.deepEqual(world.socket.sent[0].body, { session: 's1', epoch: 1, lastSeq: 2 });
  world.socket.say(chat(3));
  assert.deepEqual(seen(world), [1, 2, 3]);
  assert.equal(world.syncs.length, 1, 'only the sign-in brought a whole room');
});

test('unanswered messages are sent again under their ref and in their order, answered ones are not', async () => {
  const { world, umbra } = await online();
  umbra.send('CHAT_SEND', { text: 'answered' });
  const lost = umbra.send('CHAT_SEND', { text: 'carried out, reply lost' });
  const never = umbra.send('CHAT_SEND', { text: 'never arrived' });
  world.socket.say({ id: 'OK', ref: 1, body: {} });
  world.socket.drop();
  const meanwhile = umbra.send('CHAT_SEND', { text: 'written while away' });
  world.pass(500);
  await world.socket.welcome({ resumed: true, lastRef: 2 });
  assert.deepEqual(world.socket.messages.map(({ ref }) => ref), [2, 3, 4]);
  for (const ref of [2, 3, 4]) world.socket.say({ id: 'OK', ref, body: { ref } });
  assert.deepEqual(await Promise.all([lost, never, meanwhile]), [{ ref: 2 }, { ref: 3 }, { ref: 4 }]);
});

test('a reply that comes twice is harmless', async () => {
  const { world, umbra } = await online();
  const reply = umbra.send('ROOM_LIST');
  world.socket.say({ id: 'OK', ref: 1, body: { rooms: [] } });
  world.socket.say({ id: 'ERROR', ref: 1, body: { code: 'INTERNAL', message: '' } });
  assert.deepEqual(await reply, { rooms: [] });
});

test('without a reply in time everything unanswered goes again on a new connection, however alive the old one looks', async () => {
  const { world, umbra } = await online();
  const replies = [umbra.send('ROOM_LIST'), umbra.send('GAME_START')];
  world.pass(14_999);
  world.socket.say({ id: 'OK', ref: 1, body: { rooms: [] } });
  world.socket.say(chat(1));
  world.pass(7_000);
  world.socket.say(pong(world));
  world.pass(7_999);
  assert.equal(world.states.at(-1).name, 'online', 'each reply gives the next its own time');
  world.pass(1);
  assert.equal(world.states.at(-1).name, 'offline');
  world.pass(500);
  await world.socket.welcome({ resumed: true, lastRef: 1 });
  assert.deepEqual(world.socket.messages.map(({ ref }) => ref), [2]);
  world.socket.say({ id: 'OK', ref: 2 });
  await Promise.all(replies);
  for (let beat = 0; beat < 8; beat++) {
    world.pass(7_000);
    world.socket.say(pong(world));
  }
  assert.equal(world.sockets.length, 2, 'nothing is to be answered any more');
});

test('a session the server has forgotten rejects what was sent in it, and sends what never was', async () => {
  const { world, umbra } = await online();
  umbra.send('ROOM_LIST');
  world.socket.say({ id: 'OK', ref: 1, body: { rooms: [] } });
  const sent = umbra.send('GAME_ACTION', { action: 1 });
  world.socket.drop();
  umbra.send('ROOM_LIST');
  world.pass(500);
  await world.socket.welcome({ lastRef: 0, epoch: 1 });
  assert.equal(await rejection(sent), 'SESSION_LOST');
  assert.deepEqual(world.socket.messages.map(({ id, ref }) => [id, ref]), [['ROOM_LIST', 3]]);
});

test('a first message that nobody is known to have carried out is not sent into a new session', async () => {
  const { world, umbra } = await online();
  const sent = umbra.send('CHAT_SEND', { text: 'once' });
  world.socket.drop();
  world.pass(500);
  await world.socket.welcome({ epoch: 2 });
  assert.equal(await rejection(sent), 'SESSION_LOST');
  assert.equal(world.socket.messages.length, 0);
});

test('what is sent again is what was sent, whatever became of the object meanwhile', async () => {
  const { world, umbra } = await online();
  const body = { action: { cell: 1 } };
  umbra.send('GAME_ACTION', body);
  world.socket.drop();
  body.action.cell = 2;
  world.pass(500);
  await world.socket.welcome({ resumed: true });
  assert.deepEqual(world.socket.messages[0].body, { action: { cell: 1 } });
});

test('what cannot be JSON is refused by the promise and nothing is sent', async () => {
  const { world, umbra } = await online();
  await assert.rejects(umbra.send('GAME_ACTION', { action: 1n }), TypeError);
  assert.equal(world.socket.messages.length, 0);
});

test('another user in place of ours rejects what was sent', async () => {
  const { world, umbra } = await online();
  const sent = umbra.send('ROOM_READY', { ready: true });
  world.socket.drop();
  world.pass(500);
  await world.socket.welcome({ uid: 'u9' });
  assert.equal(await rejection(sent), 'SESSION_LOST');
  assert.equal(umbra.uid, 'u9');
});

test('a socket that was let go can neither close nor speak for the session', async () => {
  const { world, umbra } = await online();
  const old = world.socket;
  old.drop();
  world.pass(500);
  await world.socket.welcome({ resumed: true });
  old.drop(4001);
  old.say(chat(1));
  old.say({ id: 'REPLACED', body: {} });
  assert.equal(umbra.state.name, 'online');
  assert.deepEqual(world.events, []);
});

test('a connection that is never answered is given up and tried again', async () => {
  const world = new World();
  world.client({ connectMs: 10_000 }).connect();
  world.pass(9_999);
  assert.equal(world.states.at(-1).name, 'connecting');
  world.pass(1);
  assert.equal(world.states.at(-1).name, 'offline');
  world.pass(500);
  assert.equal(world.sockets.length, 2);
});
