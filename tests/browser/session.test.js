//! One user over many connections, pages and tabs.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { takeTheMatchBack } from './moves.js';
import { openBrowser, startMatch } from './players.js';
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

const player = async (name, address = server.address) => (await browser.player(address)).signIn(name);

test('a page that is reloaded in the middle of a match goes on in it, with everything it had seen', async () => {
  const [ann, bob] = [await player('Ann'), await player('Bob')];
  await startMatch('tictactoe', [ann, bob]);
  await ann.click('cell-8');
  await bob.fill('chat-input', 'good luck');
  await bob.click('chat-send');
  await ann.sees('feed', 'good luck');
  await ann.page.reload();
  await ann.has('cell-8', 'data-mark', 'X');
  await ann.sees('feed', 'good luck');
  await bob.has('seat-0', 'data-online', 'true');
  await bob.myTurn();
  await bob.click('cell-0');
  await ann.has('cell-0', 'data-mark', 'O');
  await ann.myTurn();
  for (const each of [ann, bob]) assert.deepEqual(each.faults, []);
});

test('a second tab asks before it takes over; the first one says so, and can take the match back', async () => {
  const [ann, bob] = [await player('Ann'), await player('Bob')];
  await startMatch('tictactoe', [ann, bob]);
  await takeTheMatchBack(ann, bob);
});

test('a second tab can be somebody else, and both play against each other', async () => {
  const ann = await player('Ann');
  const roomId = await ann.create('tictactoe');
  const tab = await ann.openTab();
  await tab.getByTestId('somebody-else').click();
  await tab.getByTestId('name-input').fill('Annette');
  await tab.getByTestId('name-go').click();
  await tab.getByTestId('code-input').fill(roomId);
  await tab.getByTestId('code-join').click();
  await ann.sees('seat-1', 'Annette');
  assert.equal(await ann.get('replaced').count(), 0);
});

test('who drops out of a waiting room comes back into it without a hand', async (t) => {
  const wire = await Proxy.before(server.port);
  t.after(() => wire.close());
  const [ann, bob] = [await player('Ann'), await player('Bob', wire.address)];
  const roomId = await ann.create('undercover');
  await bob.join(roomId);
  await ann.sees('seat-1', 'Bob');
  wire.cut();
  await ann.get('seat-1').waitFor({ state: 'detached' });
  wire.mend();
  await ann.sees('seat-1', 'Bob');
  assert.equal(await bob.text('room-id'), roomId);
});

test('a link leads a newcomer straight into the room', async () => {
  const ann = await player('Ann');
  const roomId = await ann.create('tictactoe');
  const bob = await browser.player(server.address);
  await bob.page.goto(`http://${server.address}/#room=${roomId}`);
  await bob.page.reload();
  await bob.fill('name-input', 'Bob');
  await bob.click('name-go');
  await ann.sees('seat-1', 'Bob');
});

test('a server that is killed and started again is found by the page itself', async () => {
  const ann = await player('Ann');
  await server.kill();
  await ann.isIn('offline');
  assert.match(await ann.text('connection'), /Connection lost/);
  await server.start();
  await ann.isIn('online');
  await ann.get('lobby').waitFor();
  await ann.create('tictactoe');
  assert.deepEqual(ann.faults, []);
});
