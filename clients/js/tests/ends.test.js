//! The client against a scripted server: what is final, and what is not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CloseCode } from '../umbra.js';
import { online, rejection } from './scripted.js';

for (const [how, act] of [['the message', (socket) => socket.say({ id: 'REPLACED', body: {} })], ['the close code', (socket) => socket.drop(4001)]]) {
  test(`being replaced is final by ${how}: nothing reconnects until the user takes over`, async () => {
    const { world, umbra } = await online();
    const waiting = umbra.send('ROOM_LIST');
    act(world.socket);
    assert.equal(await rejection(waiting), 'REPLACED');
    assert.equal(await rejection(umbra.send('ROOM_LIST')), 'REPLACED');
    world.wake();
    umbra.retryNow();
    world.pass(600_000);
    assert.deepEqual([umbra.state.name, world.sockets.length], ['replaced', 1]);
    world.stored.set('umbra.session', JSON.stringify({ session: 's2', uid: 'u1', ref: 30 }));
    umbra.takeOver();
    await world.socket.welcome({ session: 's2', epoch: 4, lastRef: 31 });
    assert.equal(world.socket.sent[0].body.session, 's2', 'the other tab knows the newest token');
    umbra.send('ROOM_LIST');
    assert.equal(world.socket.messages[0].ref, 32);
  });
}

test('a kick by an admin is final', async () => {
  const { world, umbra } = await online();
  world.socket.drop(4007, 'enough');
  world.pass(600_000);
  assert.deepEqual([umbra.state.name, umbra.state.code, world.sockets.length], ['refused', 'KICKED', 1]);
});

for (const code of [1002, 1003, 1007, 1009]) {
  test(`close code ${code}, a fault of this client, is final: it would only be repeated`, async () => {
    const { world, umbra } = await online();
    const sent = umbra.send('GAME_START');
    world.socket.drop(code, 'ours');
    assert.equal(await rejection(sent), 'REFUSED');
    world.pass(600_000);
    const [name] = Object.entries(CloseCode).find(([, number]) => number === code);
    assert.deepEqual([umbra.state, world.sockets.length], [{ name: 'refused', code: name, message: 'ours' }, 1]);
  });

  test(`close code ${code} after the socket failed by itself is the network's, and reconnects`, async () => {
    const { world } = await online();
    world.socket.onerror({});
    world.socket.drop(code);
    world.pass(60_000);
    assert.ok(world.sockets.length > 1);
  });
}

for (const code of [1000, 1001, 1006, 1011, 4002, 4004, 4005, 4006, 4008]) {
  test(`close code ${code} reconnects`, async () => {
    const { world } = await online();
    world.socket.drop(code);
    world.pass(60_000);
    assert.ok(world.sockets.length > 1);
  });
}

test('close() ends it, keeps the session for later, and forgets it only when told', async () => {
  const { world, umbra } = await online();
  umbra.close();
  assert.deepEqual([umbra.state.name, world.socket.closed], ['closed', 1000]);
  assert.ok(world.stored.has('umbra.session'));
  umbra.close({ forget: true });
  assert.ok(!world.stored.has('umbra.session'));
  world.pass(600_000);
  assert.equal(world.sockets.length, 1);
});
