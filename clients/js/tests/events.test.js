//! The client against a scripted server: what is handed on, in which order, and when the room begins anew.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chat, online, room, seen } from './scripted.js';

test('an event that comes twice is handled once', async () => {
  const { world } = await online();
  for (const seq of [1, 2, 2, 1, 3]) world.socket.say(chat(seq));
  assert.deepEqual(seen(world), [1, 2, 3]);
});

test('a gap is never handed on: it reconnects and gets what is missing', async () => {
  const { world } = await online();
  world.socket.say(chat(1));
  world.socket.say(chat(3));
  assert.equal(world.states.at(-1).name, 'offline');
  world.pass(500);
  await world.socket.welcome({ resumed: true });
  for (const seq of [2, 3]) world.socket.say(chat(seq));
  assert.deepEqual(seen(world), [1, 2, 3]);
});

test('an epoch that went by: the whole room, and numbers from 1', async () => {
  const { world } = await online();
  world.socket.say(chat(1));
  world.socket.drop();
  world.pass(500);
  await world.socket.welcome({ epoch: 2, resumed: false, room: room('8KQ2ZT') });
  assert.deepEqual(world.syncs.at(-1).room, room('8KQ2ZT'));
  world.socket.say(chat(1));
  assert.deepEqual(seen(world), [1, 1]);
});

test('RESYNC on a live socket hands over the room, starts the numbers again and asks again for lost replies', async () => {
  const { world, umbra } = await online();
  for (const seq of [1, 2, 3]) world.socket.say(chat(seq));
  const waiting = umbra.send('CHAT_SEND', { text: 'hello' });
  world.socket.say({ id: 'RESYNC', seq: 1, body: { epoch: 2, room: room('AAAAAA') } });
  assert.deepEqual(world.syncs.at(-1), { room: room('AAAAAA'), reason: 'resync' });
  assert.deepEqual(umbra.position, { epoch: 2, lastSeq: 1 });
  assert.deepEqual(world.socket.messages.map(({ ref }) => ref), [1, 1]);
  world.socket.say({ id: 'OK', ref: 1, body: {} });
  await waiting;
  world.socket.say(chat(2));
  assert.deepEqual(seen(world), [1, 2, 3, 2]);
});

test('an epoch that went by has no RESYNC any more, and a resume into another epoch is none', async () => {
  const { world, umbra } = await online({}, { epoch: 5 });
  world.socket.say(chat(1));
  world.socket.say({ id: 'RESYNC', seq: 1, body: { epoch: 4, room: null } });
  assert.deepEqual([umbra.position, world.syncs.length], [{ epoch: 5, lastSeq: 1 }, 1]);
  world.socket.drop();
  world.pass(500);
  await world.socket.welcome({ epoch: 6, resumed: true });
  assert.deepEqual([umbra.position, world.syncs.length], [{ epoch: 6, lastSeq: 0 }, 2]);
});

test('a handler that throws costs the others nothing', async (t) => {
  t.mock.method(console, 'error', () => {});
  const { world, umbra } = await online();
  umbra.on('CHAT', () => { throw new Error('mine'); });
  world.socket.say(chat(1));
  world.socket.say(chat(2));
  assert.deepEqual(seen(world), [1, 2]);
});

test('resync() asks for the whole room over a new connection', async () => {
  const { world, umbra } = await online();
  world.socket.say(chat(1));
  umbra.resync();
  await world.socket.accept();
  assert.deepEqual(world.socket.sent[0].body, { session: 's1', epoch: 0, lastSeq: 0 });
});
