//! Whole matches in the browser, from the lobby to the outcome.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { giveHints, gone, place, vote } from './moves.js';
import { DESKTOP, PHONE, openBrowser, startMatch } from './players.js';
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

test('two pages play tictactoe to the end; one loses its connection midway and the match goes on', async (t) => {
  const wire = await Proxy.before(server.port);
  t.after(() => wire.close());
  const ann = await (await browser.player(server.address)).signIn('Ann');
  const bob = await (await browser.player(wire.address, { viewport: PHONE })).signIn('Bob');
  await startMatch('tictactoe', [ann, bob]);

  await place([ann, bob], ann, 0);
  await place([ann, bob], bob, 4);

  await ann.myTurn();
  const before = wire.accepted;
  wire.cut();
  await bob.isIn('offline');
  await ann.has('seat-1', 'data-online', 'false');
  // Between two attempts; during one there is nothing to offer.
  await bob.get('retry-now').waitFor();
  await ann.click('cell-1');
  await ann.has('turn', 'data-seats', '1');

  wire.mend();
  await bob.isIn('online');
  assert.ok(wire.accepted > before, 'the page has reconnected by itself');
  await ann.has('seat-1', 'data-online', 'true');
  await bob.has('cell-1', 'data-mark', 'X');

  await place([ann, bob], bob, 3);
  await ann.myTurn();
  await ann.click('cell-2');
  for (const player of [ann, bob]) {
    await player.has('room', 'data-phase', 'WAITING');
    await player.sees('verdict', 'Ann wins');
  }
  assert.equal(await bob.page.locator('.cell.won').count(), 3);
  await gone([ann, bob]);
});

test('four pages play undercover to the end: hints, a vote, and the secret told', async () => {
  const players = [];
  for (const name of ['Ann', 'Bob', 'Cy', 'Di']) {
    players.push(await (await browser.player(server.address, { viewport: name === 'Di' ? PHONE : DESKTOP })).signIn(name));
  }
  const { words, odd } = await giveHints(players);
  for (const seat of players.keys()) await vote(players, odd, seat);
  for (const player of players) {
    await player.sees('verdict', 'The civilians win');
    assert.equal(await player.text('undercovers'), players[odd].name);
    await player.sees('outcome', words[odd]);
    await player.sees('vote-result', `${players[odd].name} leaves the table and was an undercover.`);
  }
  await gone(players);
});

test('relay: what one page sends or draws, the other shows; a spectator sees it too and cannot send', async () => {
  const ann = await (await browser.player(server.address)).signIn('Ann');
  const bob = await (await browser.player(server.address)).signIn('Bob');
  const eve = await (await browser.player(server.address)).signIn('Eve');
  const roomId = await startMatch('relay', [ann, bob]);
  await eve.fill('code-input', roomId.toLowerCase());
  await eve.click('code-watch');
  await eve.get('pad').waitFor();

  await ann.fill('relay-input', '{"x": [1, 2]}');
  await ann.click('relay-send');
  await bob.click('react-🎉');
  for (const player of [ann, bob, eve]) {
    await player.sees('relayed', '{"x":[1,2]}');
    await player.sees('relayed', '🎉');
    await player.sees('relay-count', '2');
  }
  assert.equal(await eve.get('relay-input').count(), 0);

  const blank = await bob.get('pad').evaluate((pad) => pad.toDataURL());
  const pad = await ann.get('pad').boundingBox();
  await ann.page.mouse.move(pad.x + 20, pad.y + 20);
  await ann.page.mouse.down();
  await ann.page.mouse.move(pad.x + 120, pad.y + 90, { steps: 8 });
  await ann.page.mouse.up();
  await bob.page.waitForFunction((before) => document.querySelector('canvas').toDataURL() !== before, blank);
  await gone([ann, bob, eve]);
});

test('a player who flees is asked first, and the other one wins', async () => {
  const ann = await (await browser.player(server.address)).signIn('Ann');
  const bob = await (await browser.player(server.address)).signIn('Bob');
  await startMatch('tictactoe', [ann, bob]);
  await bob.click('leave');
  await bob.page.keyboard.press('Escape');
  await bob.get('confirm').waitFor({ state: 'detached' });
  assert.ok(await bob.get('match').isVisible(), 'Escape means no');
  await bob.click('leave');
  await bob.click('confirm-go');
  await bob.get('lobby').waitFor();
  await ann.sees('verdict', 'Ann wins');
  await gone([ann, bob]);
});
