//! What a message costs in the browser's home: `make cost`.

import { WASM, openBrowser } from './players.js';
import { playOverStdio } from './scenarios.js';
import { Server } from './server.js';

const server = await Server.start();
const browser = await openBrowser();
try {
  const { page } = await browser.player(server.address, { path: WASM });
  ({ status: process.exitCode } = await playOverStdio(page, { release: true, args: ['cost'] }));
} finally {
  await browser.close();
  await server.kill();
}
