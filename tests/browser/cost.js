//! What a message costs in the browser's home: `make cost`. Of each message what the client takes, by the page's clock; what the
//! browser itself takes for its sockets is not in it, since it is watched here and would say too much.

import { WASM, openBrowser } from './players.js';
import { playOverStdio } from './scenarios.js';
import { Server } from './server.js';

const server = await Server.start();
const browser = await openBrowser();
try {
  const { page } = await browser.player(server.address, { path: WASM });
  const { status, last } = await playOverStdio(page, { release: true, args: ['cost'] });
  process.exitCode = status;
  const { received, sent } = await page.evaluate(() => globalThis.stage.spent);
  const us = ({ count, ms }) => (1000 * ms) / count;
  console.log(`browser event ${us(received).toFixed(2)} us   action ${(us(sent) + us(received)).toFixed(2)} us   resume ${last.resumeMs} ms`);
} finally {
  await browser.close();
  await server.kill();
}
