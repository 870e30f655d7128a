//! Measures the client: its size, what a message costs it, and how long it takes to be back after a cut.
//!
//!     tools/with-tools.sh npm --prefix clients/js run measure        (needs a built server)
//!
//! Prints a row a figure, as they stand in docs/performance.md.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Proxy } from '../../tests/browser/proxy.js';
import { Server } from '../../tests/browser/server.js';
import { Player } from './tests/player.js';
import { chat, online } from './tests/scripted.js';

const MESSAGES = 200_000;
const BATCH = 50; // unanswered at once: fewer than the client allows
const CUTS = 100;

const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

/** Microseconds of processor time for each of `count` things that `run` does: whatever else the machine does counts for nothing. */
async function cost(count, run) {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

function size() {
  const files = ['umbra.js', 'umbra.frames.js'].map((file) => readFileSync(new URL(file, import.meta.url)));
  const packed = files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0);
  row('size of the modules, gzip, comments and all', `${(packed / 1024).toFixed(1)} KiB`);
}

/** Events as text in, handed on; no network, no timers that run. */
async function events() {
  const { world } = await online();
  const texts = Array.from({ length: MESSAGES }, (_, i) => JSON.stringify(chat(i + 1)));
  const { socket } = world;
  socket.send = () => {};
  const us = await cost(MESSAGES, () => { for (const text of texts) socket.deliver(text); });
  if (world.events.length !== MESSAGES) throw new Error('an event was lost');
  row('an event: read, checked, handed on', `${us.toFixed(1)} µs of CPU`);
}

/** Actions as calls in, text out, and their replies. */
async function actions() {
  const { world, umbra } = await online();
  const { socket } = world;
  let sent = 0;
  socket.send = () => { sent += 1; };
  const us = await cost(MESSAGES, async () => {
    for (let ref = 0; ref < MESSAGES; ref += BATCH) {
      const replies = Array.from({ length: BATCH }, () => umbra.send('GAME_ACTION', { action: { type: 'PLACE', cell: 4 } }));
      for (let n = 1; n <= BATCH; n++) socket.deliver(`{"id":"OK","ref":${ref + n},"body":{}}`);
      await Promise.all(replies);
    }
  });
  if (sent !== MESSAGES) throw new Error('an action was lost');
  row('an action: written, its reply read, its promise resolved', `${us.toFixed(1)} µs of CPU`);
}

/** From the cut to the first reply over the next connection, the wait that spreads clients out left aside. */
async function resuming() {
  const server = await Server.start();
  const wire = await Proxy.before(server.port);
  const ann = await Player.online(wire.address, { userName: 'Ann', random: () => 0 });
  await ann.creates('relay', { seats: 1, options: { autoStart: true } });
  const times = [];
  for (let n = 0; n < CUTS; n++) {
    const lost = ann.states.length;
    const start = performance.now();
    wire.cut();
    wire.mend();
    await ann.until(() => ann.states.slice(lost).some(({ name }) => name === 'online'), 'the way back');
    await ann.act(n);
    times.push(performance.now() - start);
  }
  ann.close();
  wire.close();
  await server.kill();
  if (ann.syncs.length !== 1) throw new Error('it was not resumed');
  times.sort((a, b) => a - b);
  row(`a cut, to the first reply after it, ${CUTS} times, without the random wait`, `p50 ${at(times, 0.5).toFixed(1)} ms, p99 ${at(times, 0.99).toFixed(1)} ms`);
}

row('figure', `node ${process.version}`);
row('---', '---');
size();
await events();
await actions();
await resuming();
