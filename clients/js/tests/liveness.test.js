//! The client against a scripted server: acknowledgements, the heartbeat, and the server's clock.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { World, chat, helloOk, online, pong } from './scripted.js';

test('an ack rides on the next message, once', async () => {
  const { world, umbra } = await online();
  world.socket.say(chat(1));
  world.socket.say(chat(2));
  umbra.send('ROOM_LIST');
  umbra.send('ROOM_LIST');
  assert.deepEqual(world.socket.messages.map(({ ack }) => ack), [2, undefined]);
});

test('who only listens acknowledges with a PING: after 32 events, or half a second after the first of fewer', async () => {
  const { world } = await online();
  for (let seq = 1; seq <= 31; seq++) world.socket.say(chat(seq));
  assert.equal(world.socket.messages.length, 0);
  world.socket.say(chat(32));
  assert.deepEqual(world.socket.messages.map(({ id, ref, ack }) => [id, ref, ack]), [['PING', undefined, 32]]);
  world.socket.say(pong(world));
  world.socket.say(chat(33));
  world.pass(400);
  world.socket.say(chat(34));
  world.pass(99);
  assert.equal(world.socket.messages.length, 1);
  world.pass(1);
  assert.deepEqual(world.socket.messages.slice(1).map(({ id, ack }) => [id, ack]), [['PING', 34]]);
  world.socket.say(pong(world));
  world.pass(14_000);
  assert.equal(world.socket.messages.length, 2, 'it says so once');
});

test('a heartbeat without any answer ends the connection; any word of the server saves it', async () => {
  const { world, umbra } = await online({ pongMs: 8000, ackMs: 600_000 });
  world.pass(15_000 + 7_999);
  world.socket.say(chat(1));
  world.pass(1);
  assert.equal(umbra.state.name, 'online');
  world.pass(7_000 + 8_000);
  assert.equal(umbra.state.name, 'offline');
});

test('when the network changes under an open connection, it is probed at once', async () => {
  const { world, umbra } = await online({ pongMs: 8000 });
  world.wake();
  assert.equal(world.socket.messages[0].id, 'PING');
  world.pass(8000);
  assert.equal(umbra.state.name, 'offline');
});

test("the server's clock is known to half a round trip", async () => {
  const world = new World();
  const umbra = world.client();
  umbra.connect();
  await world.socket.accept();
  world.pass(100);
  world.socket.say(helloOk(world, { serverTimeMs: 5_000_000 }));
  assert.equal(umbra.serverNow(), 5_000_050);
  world.pass(15_000);
  world.socket.say({ id: 'PONG', body: { clientTimeMs: world.nowMs, serverTimeMs: 5_015_100 } });
  assert.equal(umbra.serverNow(), 5_015_100);
});
