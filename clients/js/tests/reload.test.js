//! The client against a scripted server: a page that is loaded again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { World, chat, online, seen } from './scripted.js';

test('a reloaded page goes on in the same session, with refs above all it ever sent', async () => {
  const { world, umbra } = await online();
  umbra.send('ROOM_LIST');
  umbra.send('ROOM_LIST');
  const again = world.client();
  again.connect();
  await world.socket.welcome({ epoch: 2, lastRef: 1 });
  assert.deepEqual(world.socket.sent[0].body, { session: 's1', epoch: 0, lastSeq: 0 }, 'it knows nothing of the room');
  again.send('ROOM_LIST');
  assert.equal(world.socket.messages[0].ref, 3);
});

test('a reloaded page that saved its copy of the room gets only what came after it', async () => {
  const { world, umbra } = await online({}, { epoch: 7 });
  world.socket.say(chat(1));
  const again = world.client({ position: umbra.position });
  again.connect();
  await world.socket.welcome({ epoch: 7, resumed: true });
  assert.deepEqual(world.socket.sent[0].body, { session: 's1', epoch: 7, lastSeq: 1 });
  world.socket.say(chat(2));
  assert.deepEqual(seen(world), [1, 2]);
});

test('storage that is broken or forbidden costs the reload, not the game', async () => {
  const broken = () => { throw new Error('forbidden'); };
  const { umbra } = await online({ storage: { getItem: broken, setItem: broken, removeItem: broken } });
  assert.equal(umbra.state.name, 'online');
  const world = new World();
  world.stored.set('umbra.session', '{not json');
  world.client().connect();
  await world.socket.accept();
  assert.deepEqual(world.socket.sent[0].body, { userName: 'Ann' });
});
