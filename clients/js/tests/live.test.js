//! The client on a real server: connections are cut, replies lost, sessions taken over, and the server is killed and started
//! again.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Proxy } from '../../../tests/browser/proxy.js';
import { Server } from '../../../tests/browser/server.js';
import { DeafWebSocket, Player, Storage } from './player.js';

const ADMIN = 'the operator of these tests';
const SETTINGS = { UMBRA_SESSION_SECRET: 'the key of these tests, of 32 bytes', UMBRA_ADMIN_TOKEN: ADMIN, UMBRA_DRAIN_MS: '500' };

let server;
before(async () => { server = await Server.start(SETTINGS); });
after(async () => { await server?.kill(); });

const operator = (path, body, address = server.address) =>
  fetch(`http://${address}/admin/${path}`, { method: 'POST', headers: { Authorization: `Bearer ${ADMIN}` }, body: JSON.stringify(body) });

const numbers = (player) => player.events.map(({ seq }) => seq);
const fromOne = (count) => Array.from({ length: count }, (_, i) => i + 1);
const gameEvents = (player) => player.events.filter(({ id }) => id === 'GAME_EVENT').map(({ body }) => body.event);

/** Ann, on a wire of her own that can be cut, and Bob, in a match of tictactoe. */
async function match(t) {
  const wire = await Proxy.before(server.port);
  const ann = await Player.online(wire.address, { userName: 'Ann' });
  const bob = await Player.online(server.address, { userName: 'Bob' });
  t.after(() => { ann.close(); bob.close(); wire.close(); });
  await bob.joins(await ann.creates('tictactoe'));
  await ann.send('GAME_START');
  await bob.hears('GAME_STARTED');
  return { wire, ann, bob };
}

test('a match goes on over a cut connection: every event once and in order, every action once', async (t) => {
  const { wire, ann, bob } = await match(t);
  await ann.act({ type: 'PLACE', cell: 0 });
  wire.cut();
  await bob.hears('USER_OFFLINE');
  await bob.hears('TURN_STARTED', ({ seats }) => seats[0] === 1);
  await bob.act({ type: 'PLACE', cell: 3 });
  const meanwhile = ann.act({ type: 'PLACE', cell: 1 });
  wire.mend();
  await meanwhile;
  await bob.hears('USER_ONLINE');
  await bob.act({ type: 'PLACE', cell: 4 });
  await ann.act({ type: 'PLACE', cell: 2 });
  const [mine, his] = [await ann.hears('GAME_OVER'), await bob.hears('GAME_OVER')];
  assert.deepEqual([mine.body, his.body], Array(2).fill({ outcome: { result: 'WIN', winner: 0 } }));
  for (const player of [ann, bob]) {
    assert.deepEqual(numbers(player), fromOne(player.events.length), 'no gap, nothing twice');
    assert.deepEqual(gameEvents(player).map(({ seat, cell }) => [seat, cell]), [[0, 0], [1, 3], [0, 1], [1, 4], [0, 2]]);
    assert.equal(player.syncs.length, 1, 'nobody had to begin anew');
    assert.deepEqual(player.errors, []);
  }
});

test('an action whose reply was lost is sent again and carried out once', async (t) => {
  DeafWebSocket.deaf = false;
  const ann = await Player.online(server.address, { userName: 'Ann', WebSocket: DeafWebSocket });
  const bob = await Player.online(server.address, { userName: 'Bob' });
  t.after(() => { ann.close(); bob.close(); });
  await bob.joins(await ann.creates('relay', { seats: 2 }));
  await ann.send('GAME_START');
  DeafWebSocket.deaf = true;
  DeafWebSocket.missed.length = 0;
  const replies = [ann.act('first'), ann.act('second')];
  await bob.hears('GAME_EVENT', ({ event }) => event.value === 'second');
  DeafWebSocket.deaf = false;
  DeafWebSocket.last.terminate();
  assert.deepEqual(await Promise.all(replies), [{}, {}]);
  await bob.hears('USER_ONLINE');
  await bob.act('third');
  await ann.hears('GAME_EVENT', ({ event }) => event.value === 'third');
  for (const player of [ann, bob]) {
    assert.deepEqual(gameEvents(player).map(({ n, value }) => [n, value]), [[1, 'first'], [2, 'second'], [3, 'third']]);
    assert.deepEqual(numbers(player), fromOne(player.events.length));
  }
});

test('the newer of two clients has the session; the older one is told, and can take it back', async (t) => {
  const storage = new Storage();
  const first = await Player.online(server.address, { userName: 'Ann', storage });
  const bob = await Player.online(server.address, { userName: 'Bob' });
  t.after(() => { first.close(); second?.close(); bob.close(); });
  await bob.joins(await first.creates('relay', { seats: 2 }));
  await first.send('GAME_START');
  const second = await Player.online(server.address, { userName: 'Ann', storage });
  await first.isIn('replaced');
  assert.equal(second.client.uid, first.client.uid);
  assert.equal(second.syncs[0].room.phase, 'IN_GAME');
  await assert.rejects(first.act('mine'), { code: 'REPLACED' });
  await second.act('from the second');
  first.client.takeOver();
  await first.isIn('online');
  await second.isIn('replaced');
  await first.act('from the first');
  await bob.hears('GAME_EVENT', ({ event }) => event.value === 'from the first');
  assert.deepEqual(gameEvents(bob).map(({ value }) => value), ['from the second', 'from the first']);
  assert.ok(!bob.events.some(({ id }) => id === 'USER_LEFT'), 'nobody noticed but the two');
});

test('a reloaded page goes on from the position it saved', async (t) => {
  const storage = new Storage();
  const before = await Player.online(server.address, { userName: 'Ann', storage });
  const bob = await Player.online(server.address, { userName: 'Bob' });
  t.after(() => { bob.close(); reloaded?.close(); });
  await bob.joins(await before.creates('relay', { seats: 2 }));
  await before.send('GAME_START');
  const { position } = before.client;
  before.close();
  await bob.hears('USER_OFFLINE');
  await bob.act('meanwhile');
  const reloaded = await Player.online(server.address, { userName: 'Ann', storage, position });
  await reloaded.hears('GAME_EVENT', ({ event }) => event.value === 'meanwhile');
  assert.deepEqual(numbers(reloaded), numbers(reloaded).map((_, i) => position.lastSeq + 1 + i));
  assert.equal(reloaded.syncs.length, 0);
});

test('over a restart of the server: the same user, told to begin anew, what was sent told as lost and what was not sent', async (t) => {
  const own = await Server.start(SETTINGS);
  const wire = await Proxy.before(own.port);
  DeafWebSocket.deaf = false;
  const ann = await Player.online(wire.address, { userName: 'Ann', WebSocket: DeafWebSocket });
  t.after(async () => { ann.close(); wire.close(); await own.kill(); });
  const { uid } = ann.client;
  const { roomId } = await ann.creates('relay', { seats: 1, options: { autoStart: true } });
  DeafWebSocket.deaf = true;
  const underWay = ann.act('nobody knows');
  await own.kill();
  await ann.isIn('offline');
  DeafWebSocket.deaf = false;
  const written = ann.send('ROOM_LIST');
  // Listened to from here on: the client can be back before the start of the server is known here.
  const lost = assert.rejects(underWay, { code: 'SESSION_LOST' });
  await own.start();
  await lost;
  assert.deepEqual(await written, { rooms: [] });
  assert.equal(ann.client.uid, uid);
  assert.deepEqual(ann.syncs.map(({ room, reason }) => [room, reason]), [[null, 'hello'], [null, 'forgotten']]);
  assert.notEqual((await ann.creates('relay')).roomId, roomId, 'and it can go on');
  assert.deepEqual(ann.errors, []);
});

test('a server that drains says so, and the client stays away as long as it asked', async (t) => {
  const own = await Server.start(SETTINGS);
  const ann = await Player.online(own.address, { userName: 'Ann' });
  t.after(async () => { ann.close(); await own.kill(); });
  const asked = Date.now();
  assert.ok((await operator('drain', {}, own.address)).ok);
  const { reconnectAfterMs } = await ann.until(() => ann.controls[0], 'SERVER_DRAINING');
  const { code, retryAt } = await ann.isIn('offline');
  assert.equal(code, 1001);
  assert.ok(retryAt >= asked + reconnectAfterMs, `${retryAt} is ${reconnectAfterMs} ms after ${asked}`);
});

test('who is kicked by an operator, or comes with a token that is none, is refused for good', async (t) => {
  const ann = await Player.online(server.address, { userName: 'Ann' });
  const liar = new Player(server.address, { token: 'not.a.token' });
  t.after(() => { ann.close(); liar.close(); });
  assert.ok((await operator('kick', { uid: ann.client.uid })).ok);
  assert.equal((await ann.isIn('refused')).code, 'KICKED');
  liar.client.connect();
  assert.equal((await liar.isIn('refused')).code, 'BAD_TOKEN');
});

test("a refusal carries the server's code and sentence", async (t) => {
  const ann = await Player.online(server.address, { userName: 'Ann' });
  t.after(() => ann.close());
  await assert.rejects(ann.send('ROOM_JOIN', { roomId: 'ZZZZZZ' }), { name: 'UmbraError', code: 'ROOM_NOT_FOUND', message: /ZZZZZZ/ });
  await assert.rejects(ann.send('ROOM_CREATE', { game: 'chess' }), { code: 'UNKNOWN_GAME' });
  await assert.rejects(ann.send('CHAT_SEND', { text: '' }), { code: 'BAD_MESSAGE', message: /text/ });
  assert.equal(ann.client.state.name, 'online');
});

test('the clock of the server is known once the client is signed in', async (t) => {
  const ann = await Player.online(server.address, { userName: 'Ann' });
  t.after(() => ann.close());
  assert.ok(Math.abs(ann.client.serverNow() - Date.now()) < 5000, 'the two are one machine');
});
