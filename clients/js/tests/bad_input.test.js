//! Whatever a server says: the caller is told, the client comes back cleanly, and nothing is thrown out of a socket's handler.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFrame } from '../umbra.frames.js';
import { golden } from './golden.js';
import { Chance, nonsense, seed } from './nonsense.js';
import { World, chat, helloOk, online, pong, rejection, room, seen } from './scripted.js';

const FRAME_CHARS_MAX = 200_000;
const readable = (data) => {
  try {
    return readFrame(data, FRAME_CHARS_MAX);
  } catch {
    return null;
  }
};
const codes = (world) => world.errors.map(({ code }) => code);

for (const [what, data] of [
  ['truncated JSON', '{"id":"CHAT","seq":1,"bo'],
  ['no object', '[]'],
  ['a frame without an id', '{"seq":1,"body":{}}'],
  ['a body that is no object', '{"id":"CHAT","seq":1,"body":[]}'],
  ['a field of another type', '{"id":"USER_JOINED","seq":1,"body":{"seat":"one","uid":"u","userName":"B"}}'],
  ['a missing field', '{"id":"USER_JOINED","seq":1,"body":{"seat":1,"uid":"u"}}'],
  ['a seq that is no number', '{"id":"KICKED","seq":"1","body":{}}'],
  ['an event without a seq', '{"id":"KICKED","body":{}}'],
  ['a frame that is too long', `{"id":"CHAT","seq":1,"body":{"uid":"u","userName":"B","text":"${'x'.repeat(FRAME_CHARS_MAX)}"}}`],
  ['a binary frame', new ArrayBuffer(8)],
]) {
  test(`${what} is told as an error, and the session goes on over a new connection`, async () => {
    const { world, umbra } = await online({ frameCharsMax: FRAME_CHARS_MAX });
    world.socket.say(chat(1));
    const waiting = umbra.send('CHAT_SEND', { text: 'still here' });
    const bad = world.socket;
    bad.deliver(data);
    assert.deepEqual(codes(world), ['BAD_FRAME']);
    assert.match(world.errors[0].message, /^the server sent something that cannot be read: /);
    assert.deepEqual([umbra.state.name, umbra.state.attempt, bad.closed], ['offline', 1, 1000]);
    world.pass(500);
    await world.socket.welcome({ resumed: true });
    assert.deepEqual(world.socket.sent[0].body, { session: 's1', epoch: 1, lastSeq: 1 });
    assert.deepEqual(world.socket.messages.map(({ id, ref }) => [id, ref]), [['CHAT_SEND', 1]]);
    world.socket.say(chat(2));
    world.socket.say({ id: 'OK', ref: 1, body: {} });
    await waiting;
    assert.deepEqual(seen(world), [1, 2]);
  });
}

test('an answer to HELLO that is none is told, and tried again', async () => {
  const world = new World();
  const umbra = world.client();
  umbra.connect();
  await world.socket.accept();
  world.socket.say({ id: 'OK', ref: 1, body: { uid: 'u1' } });
  assert.deepEqual([codes(world), umbra.state.name, umbra.uid], [['BAD_FRAME'], 'offline', null]);
  world.pass(500);
  await world.socket.accept();
  world.socket.say(chat(1));
  assert.deepEqual([codes(world), umbra.state.name], [['BAD_FRAME', 'BAD_FRAME'], 'offline']);
  world.pass(1000);
  await world.socket.welcome();
  assert.equal(umbra.state.name, 'online');
});

test('an answer of the wrong form rejects its promise, which is not asked again', async () => {
  const { world, umbra } = await online();
  const waiting = umbra.send('ROOM_JOIN', { roomId: '8KQ2ZT' });
  world.socket.say({ id: 'OK', ref: 1, body: { room: { roomId: 7 } } });
  assert.equal(await rejection(waiting), 'BAD_FRAME');
  assert.deepEqual(codes(world), ['BAD_FRAME']);
  world.pass(500);
  await world.socket.welcome({ resumed: true, lastRef: 1 });
  assert.equal(world.socket.messages.length, 0);
});

test('what is unreadable twice running is not asked for a third time: the whole room is, and no answer', async () => {
  const { world, umbra } = await online();
  world.socket.say(chat(1));
  const waiting = umbra.send('CHAT_SEND', { text: 'sent' });
  const unread = { id: 'CHAT', seq: 2, body: {} };
  world.socket.say(unread);
  world.pass(500);
  await world.socket.welcome({ resumed: true });
  assert.equal(world.socket.sent[0].body.lastSeq, 1, 'it may have been chance');
  world.socket.say(unread);
  assert.equal(await rejection(waiting), 'BAD_FRAME');
  world.pass(1000);
  await world.socket.accept();
  assert.deepEqual(world.socket.sent[0].body, { session: 's1', epoch: 0, lastSeq: 0 });
  world.socket.say(helloOk(world, { lastRef: 1, room: room('8KQ2ZT') }));
  assert.equal(world.syncs.at(-1).room.roomId, '8KQ2ZT');
  assert.deepEqual([umbra.state.name, codes(world)], ['online', ['BAD_FRAME', 'BAD_FRAME']]);
});

test('an event that this client does not know is told, handed on under its id, and keeps its place', async () => {
  const { world, umbra } = await online();
  world.socket.say(chat(1));
  world.socket.say({ id: 'WINKED', seq: 2, body: { at: 'you' } });
  world.socket.say({ id: 'WEATHER', body: {} });
  world.socket.say(chat(3));
  assert.deepEqual(world.events.map(([seq, id]) => [seq, id]), [[1, 'CHAT'], [2, 'WINKED'], [3, 'CHAT']]);
  assert.deepEqual([codes(world), umbra.state.name], [['UNKNOWN_ID', 'UNKNOWN_ID'], 'online']);
});

test("nothing that a server says passes for the client's own words", async () => {
  const { world, umbra } = await online();
  const before = [world.states.length, world.syncs.length];
  for (const [at, id] of ['state', 'sync', 'error', '*', '__proto__'].entries()) {
    world.socket.say({ id, seq: at + 1, body: { name: 'closed', room: null, code: 'MINE' } });
    world.socket.say({ id, body: { name: 'closed', room: null, code: 'MINE' } });
  }
  assert.deepEqual([world.states.length, world.syncs.length], before);
  assert.deepEqual(new Set(codes(world)), new Set(['UNKNOWN_ID']));
  assert.deepEqual([seen(world), umbra.state.name], [[1, 2, 3, 4, 5], 'online'], 'each keeps its place');
});

test('what the server could not read of ours, not even its ref, is told with its own words', async () => {
  const { world, umbra } = await online();
  world.socket.say({ id: 'ERROR', ref: null, body: { code: 'BAD_MESSAGE', message: 'the frame is not JSON' } });
  assert.deepEqual(world.errors.map(({ code, message }) => [code, message]), [['BAD_MESSAGE', 'the frame is not JSON']]);
  assert.equal(umbra.state.name, 'online');
});

test('an error that nobody listens to stands in the console', async (t) => {
  const said = t.mock.method(console, 'error', () => {});
  const world = new World();
  const umbra = world.client();
  umbra.connect();
  await world.socket.welcome();
  world.socket.deliver('{');
  assert.equal(said.mock.callCount(), 0);
  world.stopListeningToErrors();
  world.pass(500);
  await world.socket.welcome({ resumed: true });
  world.socket.deliver('{');
  assert.equal(said.mock.callCount(), 1);
});

test('no number that a server names makes the client spin, or wait for ever', async () => {
  for (const [heartbeatMs, least, most] of [[0, 1, 61], [2 ** 53 - 1, 0, 1]]) {
    const { world } = await online({}, { heartbeatMs });
    for (let second = 0; second < 60; second++) {
      world.pass(1000);
      if (world.socket.messages.length) world.socket.say(pong(world));
    }
    const pings = world.socket.messages.length;
    assert.ok(pings >= least && pings <= most, `${pings} pings in a minute with heartbeatMs ${heartbeatMs}`);
    assert.ok([...world.timers.values()].every(({ at }) => at - world.nowMs <= 3_600_000), 'no timer that would overflow');
  }
  const { world } = await online();
  world.socket.say({ id: 'SERVER_DRAINING', body: { reconnectAfterMs: 2 ** 53 - 1 } });
  world.socket.drop(1001);
  assert.ok(world.states.at(-1).retryAt - world.nowMs <= 600_000 + 15_000);
});

test('a handler may close the client in the middle of anything', async () => {
  const occasions = {
    sync: (world) => world.socket.say(helloOk(world)),
    state: (world) => world.socket.say(helloOk(world)),
    CHAT: (world) => { world.socket.say(helloOk(world)); world.socket.say(chat(1)); },
    error: (world) => { world.socket.say(helloOk(world)); world.socket.deliver('{'); },
    SERVER_DRAINING: (world) => { world.socket.say(helloOk(world)); world.socket.say({ id: 'SERVER_DRAINING', body: { reconnectAfterMs: 1 } }); },
  };
  for (const [id, happen] of Object.entries(occasions)) {
    for (const act of ['close', 'resync']) {
      const world = new World();
      const umbra = world.client();
      const waiting = umbra.send('ROOM_LIST').catch(({ code }) => code);
      umbra.connect();
      await world.socket.accept();
      let acted = false;
      umbra.on(id, () => {
        if (acted) return;
        acted = true;
        umbra[act]();
      });
      happen(world);
      assert.ok(acted, id);
      if (act === 'close') {
        assert.deepEqual([umbra.state.name, await waiting, world.timers.size], ['closed', 'CLOSED', 0], id);
      }
      world.pass(60_000);
      assert.ok(world.sockets.filter(({ closed }) => closed === null).length <= 1, `${id}: one connection at most`);
    }
  }
});

test('a socket that takes nothing any more is one that was lost', async () => {
  const { world, umbra } = await online();
  world.socket.send = () => { throw new Error('gone'); };
  const replies = [umbra.send('ROOM_LIST'), umbra.send('GAME_START')];
  assert.equal(umbra.state.name, 'offline');
  world.pass(500);
  const { socket } = world;
  await socket.accept();
  socket.send = () => { throw new Error('gone again'); };
  socket.say(helloOk(world, { resumed: true }));
  assert.deepEqual([umbra.state.name, umbra.state.attempt, world.timers.size], ['offline', 2, 1], 'lost once, and not once a message');
  world.pass(1000);
  await world.socket.welcome({ resumed: true });
  assert.deepEqual(world.socket.messages.map(({ id, ref }) => [id, ref]), [['ROOM_LIST', 1], ['GAME_START', 2]]);
  world.socket.say({ id: 'OK', ref: 1, body: { rooms: [] } });
  world.socket.say({ id: 'OK', ref: 2, body: {} });
  await Promise.all(replies);
});

test('a stored session of any form costs at most a sign-in', async () => {
  for (const stored of ['7', 'null', '[]', '{"session":7}', '{"session":"s","ref":"x"}', '{"session":"s","ref":-3,"uid":{}}', '{"session":"s"}']) {
    const world = new World();
    world.stored.set('umbra.session', stored);
    const umbra = world.client();
    umbra.connect();
    await world.socket.welcome();
    umbra.send('ROOM_LIST');
    assert.equal(world.socket.messages[0].ref, 1, stored);
  }
});

test(`a thousand pieces of nonsense, each to a client of its own: told or understood, and always back again (seed ${seed})`, async () => {
  const chance = new Chance(seed);
  for (let n = 0; n < 1000; n++) {
    const data = nonsense(chance);
    const shown = `piece ${n} of seed ${seed}: ${String(data).slice(0, 300)}`;
    const { world, umbra } = await online({ frameCharsMax: FRAME_CHARS_MAX });
    const waiting = umbra.send('GAME_ACTION', { action: n }).then(() => 'OK', ({ code }) => code);
    assert.doesNotThrow(() => world.socket.deliver(data), shown);
    if (!readable(data)) {
      assert.deepEqual(codes(world), ['BAD_FRAME'], shown);
      assert.equal(umbra.state.name, 'offline', shown);
    }
    await recovered(world, umbra, shown);
    assert.equal(typeof await waiting, 'string', shown);
    umbra.close();
  }
});

test(`whatever is mixed with sense and with ends of connections, no event comes twice and every promise settles (seed ${seed})`, async () => {
  const chance = new Chance(seed ^ 0x5eed);
  for (let walk = 0; walk < 40; walk++) {
    const shown = `walk ${walk} of seed ${seed}`;
    const world = new World();
    const umbra = world.client({ frameCharsMax: FRAME_CHARS_MAX });
    umbra.connect();
    const replies = [];
    let seq = 0;
    for (let step = 0; step < 60; step++) {
      if (umbra.state.name === 'replaced') umbra.takeOver();
      if (['refused', 'closed'].includes(umbra.state.name)) break;
      const { socket } = world;
      const steps = [
        () => socket.deliver(nonsense(chance)),
        () => socket.deliver(nonsense(chance)),
        () => { socket.say(chat(seq + 1)); seq += 1; },
        () => socket.drop(chance.of([1000, 1001, 1006, 1011, 4004, 4006, 4008])),
        () => world.pass(chance.below(20_000)),
        () => world.wake(),
        () => replies.push(umbra.send('CHAT_SEND', { text: 'x' }).then(() => 'OK', ({ code }) => code)),
        async () => { if (!socket.sent.length && umbra.state.name === 'connecting') { await socket.welcome({ resumed: chance.below(2) === 0 }); seq = umbra.position.lastSeq; } },
      ];
      await chance.of(steps)();
      const open = world.sockets.filter(({ closed }) => closed === null);
      assert.ok(open.length <= 1 || open.every((each) => each === socket), shown);
    }
    await recovered(world, umbra, shown);
    umbra.close();
    for (const reply of replies) assert.equal(typeof await reply, 'string', shown);
    inOrder(world, shown);
    assert.equal(world.timers.size, 0, `${shown}: nothing is left running`);
  }
});

/** A sane server again: the client signs in, has its replies and hears the next event; unless it ended for good. */
async function recovered(world, umbra, shown) {
  if (umbra.state.name === 'replaced') umbra.takeOver();
  if (umbra.state.name === 'refused') return;
  if (umbra.state.name === 'offline') world.pass(umbra.state.retryAt - world.nowMs);
  const heard = world.events.length;
  const { socket } = world;
  if (umbra.state.name === 'connecting' && socket.sent.length === 0) {
    await socket.welcome({ epoch: 2 ** 40, lastRef: 0, room: room('8KQ2ZT') });
  } else if (umbra.state.name === 'connecting') {
    socket.say(helloOk(world, { epoch: 2 ** 40 }));
  }
  assert.equal(umbra.state.name, 'online', shown);
  for (const { ref } of world.socket.messages.filter((message) => message.ref)) world.socket.say({ id: 'OK', ref, body: {} });
  assert.equal(umbra.state.name, 'online', shown);
  world.socket.say(chat(umbra.position.lastSeq + 1));
  assert.equal(world.events.length, heard + 1, `${shown}: the next event is heard`);
}

/** The events of one epoch, which a `sync` begins, are handed on in order and each once. */
function inOrder(world, shown) {
  for (const run of world.runs) {
    for (let i = 1; i < run.length; i++) assert.equal(run[i], run[i - 1] + 1, `${shown}: ${run}`);
  }
}
