//! A real server for one test file: `$UMBRA_SERVER`, a command line, on a free port, told ready by its own `/healthz`.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const READY_MS = 60_000;
const PROBE_MS = 50;

export class Server {
  #child = null;
  #env;
  port;

  static async start(env = {}) {
    const server = new Server();
    server.#env = env;
    server.port = await freePort();
    await server.start();
    return server;
  }

  get address() { return `127.0.0.1:${this.port}`; }

  /** On the same port each time, as a server that is restarted would be. */
  async start() {
    const { UMBRA_SERVER } = process.env;
    if (!UMBRA_SERVER) throw new Error('set UMBRA_SERVER, the command line that starts a server: tools/with-tools.sh does');
    const env = { ...process.env, ...this.#env, UMBRA_BIND: this.address, RUST_BACKTRACE: '0' };
    this.#child = spawn('sh', ['-c', `exec ${UMBRA_SERVER}`], { env, stdio: ['ignore', 'inherit', 'inherit'] });
    // On stock lunatic the exit code says nothing; health does.
    for (const end = Date.now() + READY_MS; Date.now() < end; await wait(PROBE_MS)) {
      if (this.#child.exitCode !== null) throw new Error('the server ended before it was ready');
      const answer = await fetch(`http://${this.address}/healthz`).catch(() => null);
      if (answer?.ok) return;
    }
    throw new Error(`the server was not ready after ${READY_MS} ms`);
  }

  /** At once and without a word to anybody. */
  async kill() {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => { child.once('exit', resolve); });
    child.kill('SIGKILL');
    await ended;
  }
}

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => { probe.listen(0, '127.0.0.1', resolve); });
  const { port } = probe.address();
  await new Promise((resolve) => { probe.close(resolve); });
  return port;
}
