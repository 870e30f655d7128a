//! The client against a scripted server: what is sent, and what each promise gets.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_MESSAGE_BYTES, MAX_PENDING } from '../umbra.js';
import { World, helloOk, online, rejection } from './scripted.js';

test('each message has the next ref, and each promise gets its own reply', async () => {
  const { world, umbra } = await online();
  const first = umbra.send('ROOM_LIST');
  const second = umbra.send('ROOM_JOIN', { roomId: '8KQ2ZT' });
  assert.deepEqual(world.socket.messages.map(({ id, ref }) => [id, ref]), [['ROOM_LIST', 1], ['ROOM_JOIN', 2]]);
  world.socket.say({ id: 'ERROR', ref: 2, body: { code: 'ROOM_FULL', message: 'full' } });
  world.socket.say({ id: 'OK', ref: 1, body: { rooms: [] } });
  assert.equal(await rejection(second), 'ROOM_FULL');
  assert.deepEqual(await first, { rooms: [] });
});

test('a message sent before the connection stands goes out once it does', async () => {
  const world = new World();
  const umbra = world.client();
  umbra.connect();
  umbra.send('ROOM_LIST');
  await world.socket.accept();
  assert.equal(world.socket.messages.length, 0);
  world.socket.say(helloOk(world));
  assert.deepEqual(world.socket.messages, [{ id: 'ROOM_LIST', ref: 1, body: {} }]);
});

test('as many messages may wait as the server keeps replies, and not one more', async () => {
  const { umbra } = await online();
  const waiting = Array.from({ length: MAX_PENDING }, () => umbra.send('ROOM_LIST'));
  assert.equal(await rejection(umbra.send('ROOM_LIST')), 'TOO_MANY_PENDING');
  umbra.close();
  for (const message of waiting) assert.equal(await rejection(message), 'CLOSED');
});

test('the largest message passes; one byte more is refused before it is sent', async () => {
  const { world, umbra } = await online();
  const number = Number.MAX_SAFE_INTEGER;
  const bare = JSON.stringify({ id: 'CHAT_SEND', ref: number, ack: number, body: { text: '' } }).length;
  umbra.send('CHAT_SEND', { text: 'x'.repeat(MAX_MESSAGE_BYTES - bare) });
  assert.equal(world.socket.messages.length, 1);
  assert.equal(await rejection(umbra.send('CHAT_SEND', { text: 'x'.repeat(MAX_MESSAGE_BYTES - bare + 1) })), 'TOO_BIG');
  assert.equal(world.socket.messages.length, 1);
});
