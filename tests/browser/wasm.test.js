//! The page over the client that is WebAssembly, at one table with the page over `umbra.js`: one speaks bincode, the other JSON.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { giveHints, gone, place, takeTheMatchBack, vote } from './moves.js';
import { WASM, openBrowser, startMatch } from './players.js';
import { Proxy } from './proxy.js';
import { Server } from './server.js';

let server;
let browser;
before(async () => {
  server = await Server.start();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.kill();
});

const player = async (name, path, address = server.address) => (await browser.player(address, { path })).signIn(name);

/** Notes in which subprotocol the next connections of a page speak. */
function listenIn(page) {
  const frames = { text: 0, binary: 0 };
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => { frames[typeof payload === 'string' ? 'text' : 'binary'] += 1; }));
  return frames;
}

/** Ann, who begins, wins with the first row; whoever's wire it is loses the connection in the middle. */
async function playTicTacToe({ ann, bob, wire, cut }) {
  await startMatch('tictactoe', [ann, bob]);
  await place([ann, bob], ann, 0);
  await place([ann, bob], bob, 4);

  await ann.myTurn();
  const before = wire.accepted;
  const [other, seat] = cut === bob ? [ann, 1] : [bob, 0];
  wire.cut();
  await cut.isIn('offline');
  await other.has(`seat-${seat}`, 'data-online', 'false');
  if (cut === bob) {
    await ann.click('cell-1');
    await ann.has('turn', 'data-seats', '1');
  }
  wire.mend();
  await cut.isIn('online');
  assert.ok(wire.accepted > before, 'the page has reconnected by itself');
  await other.has(`seat-${seat}`, 'data-online', 'true');
  if (cut === bob) await bob.has('cell-1', 'data-mark', 'X');
  else await place([ann, bob], ann, 1);

  await place([ann, bob], bob, 3);
  await ann.myTurn();
  await ann.click('cell-2');
  for (const each of [ann, bob]) {
    await each.has('room', 'data-phase', 'WAITING');
    await each.sees('verdict', 'Ann wins');
  }
  await gone([ann, bob]);
}

test('a page on bincode and a page on JSON play tictactoe to the end; the one on bincode loses its connection midway', async (t) => {
  const wire = await Proxy.before(server.port);
  t.after(() => wire.close());
  const ann = await player('Ann', '/');
  const bob = await browser.player(wire.address, { path: WASM });
  const heard = listenIn(bob.page);
  await bob.signIn('Bob');
  await playTicTacToe({ ann, bob, wire, cut: bob });
  assert.equal(heard.text, 0, 'it speaks no JSON');
  assert.ok(heard.binary > 10, `it speaks bincode: ${heard.binary} frames`);
});

test('a page on bincode and a page on JSON play tictactoe to the end; the one on JSON loses its connection midway', async (t) => {
  const wire = await Proxy.before(server.port);
  t.after(() => wire.close());
  const ann = await player('Ann', '/', wire.address);
  const bob = await player('Bob', WASM);
  await playTicTacToe({ ann, bob, wire, cut: ann });
});

test('two pages on bincode and two on JSON play undercover to the end, while the connection of one is lost during the vote', async (t) => {
  const wire = await Proxy.before(server.port);
  t.after(() => wire.close());
  const players = [await player('Ann', WASM), await player('Bob', '/'), await player('Cy', WASM, wire.address), await player('Di', '/')];
  const { odd } = await giveHints(players);
  for (const seat of [0, 2]) await vote(players, odd, seat);
  wire.cut();
  await players[2].isIn('offline');
  await players[1].has('seat-2', 'data-online', 'false');
  wire.mend();
  await players[2].isIn('online');
  for (const seat of [1, 3]) await vote(players, odd, seat);
  for (const each of players) {
    await each.sees('verdict', 'The civilians win');
    assert.equal(await each.text('undercovers'), players[odd].name);
  }
  await gone(players);
});

test('a server that is killed and started again is found by the page on bincode itself', async () => {
  const own = await Server.start();
  try {
    const ann = await player('Ann', WASM, own.address);
    await own.kill();
    await ann.isIn('offline');
    await own.start();
    await ann.isIn('online');
    await ann.get('lobby').waitFor();
    await ann.create('tictactoe');
    assert.deepEqual(ann.faults, []);
    await ann.context.close();
  } finally {
    await own.kill();
  }
});

test('the page on bincode is replaced by a newer one of the same user, and can take the match back', async () => {
  const [ann, bob] = [await player('Ann', WASM), await player('Bob', '/')];
  await startMatch('tictactoe', [ann, bob]);
  await takeTheMatchBack(ann, bob);
  for (const each of [ann, bob]) await each.context.close();
});
