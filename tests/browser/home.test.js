//! The browser's home of the client core in every scenario of `clients/scenarios`, whose own program plays the server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WASM, openBrowser } from './players.js';
import { playOverStdio } from './scenarios.js';
import { Server } from './server.js';

let server;
let browser;
before(async () => {
  // The server only hands out the module.
  server = await Server.start();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.kill();
});

test('the browser home does what every scenario wants', async () => {
  const player = await browser.player(server.address, { path: WASM });
  const { status, last } = await playOverStdio(player.page);
  const { played } = last;
  assert.equal(status, 0, `the scenarios fail after ${JSON.stringify(last)}`);
  assert.ok(played > 20, `${played} were played`);
  assert.deepEqual(player.faults, []);
});
