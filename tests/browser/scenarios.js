//! The program's part of the scenarios of `clients/scenarios`, played in a page: what their program asks for comes line by line.

import { execFileSync, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const WAIT_MS = 60_000;

/** Plays until the program ends: its status, and the last line it said. */
export async function playOverStdio(page, { release = false, args = [] } = {}) {
  await page.evaluate(stage);
  const scenarios = spawn(buildScenarios(release), args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => { scenarios.once('exit', resolve); });
  let last = {};
  for await (const text of createInterface({ input: scenarios.stdout })) {
    last = JSON.parse(text);
    const act = ([line, ms]) => globalThis.stage[line.do]?.(line, ms);
    const answer = await page.evaluate(act, [last, WAIT_MS]);
    scenarios.stdin.write(`${JSON.stringify(answer ?? {})}\n`);
  }
  return { status: await ended, last };
}

/** Where Cargo puts what it builds. */
function buildScenarios(release) {
  const build = ['build', '--quiet', '-p', 'umbra-client-scenarios', '--bins', '--target', 'host-tuple', '--message-format=json', ...(release ? ['--release'] : [])];
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
  // What the client takes for each message, by the page's clock: its handler, and its `send`.
  const spent = { received: { count: 0, ms: 0 }, sent: { count: 0, ms: 0 } };
  const timed = (kind, run) => (...given) => {
    const began = performance.now();
    const result = run(...given);
    spent[kind].ms += performance.now() - began;
    spent[kind].count += 1;
    return result;
  };
  const { set } = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'onmessage');
  Object.defineProperty(WebSocket.prototype, 'onmessage', {
    configurable: true,
    set(handler) { set.call(this, handler && timed('received', (event) => handler.call(this, event))); },
  });
  globalThis.stage = {
    spent,
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
      timed('sent', () => this.client.send(id, body))().then((ok) => once({ ok }), (error) => once({ error }));
    },
    told(_, ms) { return until(() => this.events.shift(), ms); },
    answered({ asked }, ms) { return until(() => this.answers[asked - 1], ms); },
    async toldMany({ count }, ms) {
      await until(() => (this.events.length >= count ? true : undefined), ms);
      this.events.splice(0, count);
    },
    leave() { this.client.close(); },
  };
}
