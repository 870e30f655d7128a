//! The client against a scripted server: how long it waits before it comes back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { World, online } from './scripted.js';

test('the wait is random between nothing and a bound that doubles up to its cap', async () => {
  for (const [roll, expected] of [[0, [0, 0, 0, 0, 0, 0, 0]], [0.999, [500, 1000, 2000, 4000, 8000, 15000, 15000]]]) {
    const world = new World();
    world.roll = roll;
    world.client({ baseMs: 500, capMs: 15_000 }).connect();
    for (const bound of expected) {
      world.socket.drop();
      const { retryAt } = world.states.at(-1);
      assert.equal(Math.round(retryAt - world.nowMs), Math.round(bound * 0.999));
      world.pass(retryAt - world.nowMs);
      assert.equal(world.states.at(-1).name, 'connecting');
    }
  }
});

test('a connection that held starts the waits anew, one that fell at once does not', async () => {
  const { world } = await online({ baseMs: 500, capMs: 15_000 });
  const wait = () => world.states.at(-1).retryAt - world.nowMs;
  world.socket.drop();
  assert.equal(wait(), 250);
  world.pass(250);
  await world.socket.welcome({ resumed: true });
  world.socket.drop();
  assert.equal(wait(), 500);
  world.pass(500);
  await world.socket.welcome({ resumed: true, heartbeatMs: 60_000 });
  world.pass(15_000);
  world.socket.drop();
  assert.equal(wait(), 250);
});

test('a draining server is not tried before the time it named, whatever the network says', async () => {
  const { world } = await online();
  world.socket.say({ id: 'SERVER_DRAINING', body: { reconnectAfterMs: 8000 } });
  world.socket.drop(1001);
  assert.equal(world.states.at(-1).retryAt - world.nowMs, 8250);
  world.wake();
  world.pass(8249);
  assert.equal(world.sockets.length, 1);
  world.pass(1);
  assert.equal(world.sockets.length, 2);
});

test('a full server is given more time than a lost network', async () => {
  const world = new World();
  world.client().connect();
  await world.socket.accept();
  world.socket.say({ id: 'ERROR', ref: 1, body: { code: 'SERVER_FULL', message: 'full' } });
  const { name, reason, retryAt } = world.states.at(-1);
  assert.deepEqual([name, reason, retryAt - world.nowMs], ['offline', 'SERVER_FULL', 4000]);
});

test('it tries at once when the network is back or somebody asks for it', async () => {
  const { world, umbra } = await online();
  world.socket.drop();
  world.wake();
  assert.equal(world.sockets.length, 2);
  world.socket.drop();
  umbra.retryNow();
  assert.equal(world.sockets.length, 3);
  world.pass(9_999);
  assert.equal(world.sockets.length, 3, 'the timers of the waits that were cut short are gone');
});
