//! The browser's home of the client core in every scenario of `clients/scenarios`, whose own program plays the server.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openBrowser } from './players.js';
import { Server } from './server.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const WAIT_MS = 60_000;

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

/** Where Cargo puts what it builds. */
function buildScenarios() {
  const build = ['build', '--quiet', '-p', 'umbra-client-scenarios', '--bins', '--target', 'host-tuple', '--message-format=json'];
  const said = execFileSync('cargo', build, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 26 });
  const built = said.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  return built.find(({ executable, target }) => executable && target.name === 'scenarios_over_stdio').executable;
}

/** In the page: one client at a time, what it told and what it answered. */
async function stage() {
  const { default: init, UmbraClient } = await import('/wasm/umbra_client.js');
  await init();
  const until = async (look, ms) => {
    const end = performance.now() + ms;
    while (performance.now() < end) {
      const found = look();
      if (found !== undefined) return found;
      await new Promise((resolve) => { setTimeout(resolve, 5); });
    }
    throw new Error('waited in vain');
  };
  globalThis.stage = {
    begin() {
      this.client?.close();
      Object.assign(this, { client: null, events: [], answers: [] });
    },
    connect({ url, userName, answerTimeoutMs }) {
      const { events } = this;
      this.client = new UmbraClient({ url, userName, answerTimeoutMs }, (event) => events.push(event));
      this.client.connect().catch(() => {}); // told as an event, too
    },
    ask({ id, body }) {
      const at = this.answers.push(undefined) - 1;
      const { answers } = this;
      const once = (answer) => {
        if (answers[at]) throw new Error('answered twice');
        answers[at] = answer;
      };
      this.client.send(id, body).then((ok) => once({ ok }), (error) => once({ error }));
    },
    told(_, ms) { return until(() => this.events.shift(), ms); },
    answered({ asked }, ms) { return until(() => this.answers[asked - 1], ms); },
    leave() { this.client.close(); },
  };
}

test('the browser home does what every scenario wants', async () => {
  const player = await browser.player(server.address, { path: '/wasm' });
  await player.page.evaluate(stage);
  const scenarios = spawn(buildScenarios(), { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => { scenarios.once('exit', resolve); });
  let last = null;
  let played = 0;
  for await (const text of createInterface({ input: scenarios.stdout })) {
    last = JSON.parse(text);
    if (last.do === 'end') ({ played } = last);
    const act = ([line, ms]) => globalThis.stage[line.do]?.(line, ms);
    const answer = await player.page.evaluate(act, [last, WAIT_MS]);
    scenarios.stdin.write(`${JSON.stringify(answer ?? {})}\n`);
  }
  assert.equal(await ended, 0, `the scenarios fail after ${JSON.stringify(last)}`);
  assert.ok(played > 20, `${played} were played`);
  assert.deepEqual(player.faults, []);
});
