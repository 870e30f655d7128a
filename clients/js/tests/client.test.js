//! The client against a scripted server: what it says when, what it hands on, and what it makes of every end.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CloseCode, MAX_MESSAGE_BYTES, MAX_PENDING } from '../umbra.js';
import { World, chat, helloOk, online, pong, rejection, room, seen } from './scripted.js';

// ---- signing in -----------------------------------------------------------------------------------------------------

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

// ---- messages and replies -------------------------------------------------------------------------------------------

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

// ---- losing the connection ------------------------------------------------------------------------------------------

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

// ---- how long it waits ----------------------------------------------------------------------------------------------

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

// ---- ends -----------------------------------------------------------------------------------------------------------

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

// ---- events ---------------------------------------------------------------------------------------------------------

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

// ---- acknowledgements, heartbeat, clock -----------------------------------------------------------------------------

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

// ---- a page that is loaded again ------------------------------------------------------------------------------------

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
