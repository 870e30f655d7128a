//! The client against a scripted server: how it signs in, and what a refusal brings about.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { World, online, rejection } from './scripted.js';

test('a first connection signs in by name, in the JSON subprotocol', async () => {
  const { world, umbra } = await online();
  assert.deepEqual(world.socket.protocols, ['umbra.v1.json']);
  assert.deepEqual(world.socket.sent, [{ id: 'HELLO', ref: 1, body: { userName: 'Ann' } }]);
  assert.deepEqual(world.states.map(({ name }) => name), ['connecting', 'online']);
  assert.equal(umbra.uid, 'u1');
});

test('a token is asked for at each sign-in, and a token that cannot be had is tried again later', async () => {
  const world = new World();
  const tokens = [() => { throw new Error('backend away'); }, async () => 'jwt'];
  world.client({ userName: undefined, token: () => tokens.shift()() }).connect();
  await world.socket.accept();
  assert.equal(world.states.at(-1).name, 'offline');
  world.pass(500);
  await world.socket.accept();
  assert.deepEqual(world.socket.sent[0].body, { token: 'jwt' });
});

test('an unacceptable name ends in `refused`, and what waited is rejected', async () => {
  const world = new World();
  const umbra = world.client({ userName: '' });
  umbra.connect();
  const waiting = umbra.send('ROOM_LIST');
  await world.socket.accept();
  world.socket.say({ id: 'ERROR', ref: 1, body: { code: 'BAD_NAME', message: 'no name' } });
  assert.deepEqual(world.states.at(-1), { name: 'refused', code: 'BAD_NAME', message: 'no name' });
  assert.equal(await rejection(waiting), 'REFUSED');
  world.pass(600_000);
  assert.equal(world.sockets.length, 1);
});

test('a stored session that the server does not know gives way to a fresh sign-in', async () => {
  const world = new World();
  world.stored.set('umbra.session', JSON.stringify({ session: 'old', uid: 'u0', ref: 9 }));
  world.client().connect();
  await world.socket.accept();
  assert.deepEqual(world.socket.sent[0].body, { session: 'old', epoch: 0, lastSeq: 0 });
  world.socket.say({ id: 'ERROR', ref: 1, body: { code: 'BAD_TOKEN', message: 'foreign' } });
  assert.equal(world.sockets.length, 2);
  await world.socket.welcome();
  assert.deepEqual(world.socket.sent[0].body, { userName: 'Ann' });
  assert.equal(JSON.parse(world.stored.get('umbra.session')).ref, 0);
});

test('a bad token of our own is final', async () => {
  const world = new World();
  world.client({ userName: undefined, token: 'forged' }).connect();
  await world.socket.accept();
  world.socket.say({ id: 'ERROR', ref: 1, body: { code: 'BAD_TOKEN', message: 'forged' } });
  assert.deepEqual(world.states.at(-1), { name: 'refused', code: 'BAD_TOKEN', message: 'forged' });
});
