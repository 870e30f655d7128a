//! A scripted server for the client: no network, no real time, every roll of the dice chosen.

import assert from 'node:assert/strict';
import { UmbraClient } from '../umbra.js';
import { golden } from './golden.js';

/** Everything the client is given from outside, in the hands of the test. */
export class World {
  nowMs = 1_000_000;
  roll = 0.5;
  sockets = [];
  timers = new Map();
  stored = new Map();
  states = [];
  events = [];
  syncs = [];
  errors = [];
  /** The numbers of the events, a list from each `sync` to the next. */
  runs = [[]];
  #lastTimer = 0;

  client(options = {}) {
    const world = this;
    class Socket {
      constructor(url, protocols) {
        Object.assign(this, { url, protocols, sent: [], closed: null });
        world.sockets.push(this);
      }
      send(text) { this.sent.push(JSON.parse(text)); }
      close(code) { this.closed = code; }
      // The server's side:
      async accept() { this.onopen({}); await new Promise(setImmediate); }
      say(message) { this.deliver(JSON.stringify(message)); }
      /** Whatever it is, message or not. */
      deliver(data) { this.onmessage({ data }); }
      drop(code = 1006, reason = '') { this.onclose({ code, reason }); }
      async welcome(body = {}) {
        await this.accept();
        this.say(helloOk(world, body));
      }
      /** What was sent after HELLO. */
      get messages() { return this.sent.filter(({ id }) => id !== 'HELLO'); }
    }
    const umbra = new UmbraClient({
      url: 'ws://server/ws', userName: 'Ann', WebSocket: Socket,
      now: () => world.nowMs, random: () => world.roll,
      timers: { set: (run, ms) => world.#set(run, ms), clear: (timer) => world.timers.delete(timer) },
      storage: {
        getItem: (key) => world.stored.get(key) ?? null,
        setItem: (key, value) => world.stored.set(key, value),
        removeItem: (key) => world.stored.delete(key),
      },
      wakeups: (wake) => { world.wake = wake; return () => { world.wake = () => {}; }; },
      ...options,
    });
    umbra.on('state', (state) => this.states.push(state));
    umbra.on('*', (body, { id, seq }) => {
      this.events.push([seq, id, body]);
      this.runs.at(-1).push(seq);
    });
    umbra.on('sync', (sync) => {
      this.syncs.push(sync);
      this.runs.push([]);
    });
    this.stopListeningToErrors = umbra.on('error', (error) => this.errors.push(error));
    return umbra;
  }

  get socket() { return this.sockets.at(-1); }

  #set(run, ms) {
    this.timers.set(++this.#lastTimer, { run, at: this.nowMs + ms });
    return this.#lastTimer;
  }

  /** Lets time pass; timers run in their order. */
  pass(ms) {
    const end = this.nowMs + ms;
    for (let run = 0; ; run++) {
      if (run > 10_000) throw new Error('the client spins');
      const due = [...this.timers].filter(([, timer]) => timer.at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      this.timers.delete(due[0]);
      this.nowMs = due[1].at;
      due[1].run();
    }
    this.nowMs = end;
  }
}

export async function online(options, welcome) {
  const world = new World();
  const umbra = world.client(options);
  umbra.connect();
  await world.socket.welcome(welcome);
  return { world, umbra };
}

export const chat = (seq) => ({ id: 'CHAT', seq, body: { uid: 'u2', userName: 'Bob', text: `text ${seq}` } });
export const seen = (world) => world.events.map(([seq]) => seq);
/** The code with which it rejects. */
export const rejection = async (promise) => (await promise.then(() => assert.fail('it resolved'), (error) => error)).code;
/** A room in all its fields, with this id. */
export const room = (roomId) => ({ ...golden.server['OK to ROOM_CREATE'].json.body.room, roomId });
/** The server's word that it is there. */
export const pong = (world) => ({ id: 'PONG', body: { clientTimeMs: world.nowMs, serverTimeMs: world.nowMs } });
/** The answer to `HELLO`: a new session of Ann's, but for these fields. */
export const helloOk = (world, body = {}) => ({ id: 'OK', ref: 1, body: {
  uid: 'u1', userName: 'Ann', session: 's1', epoch: 1, resumed: false, lastRef: 0,
  serverTimeMs: world.nowMs, heartbeatMs: 15000, graceMs: 0, room: null, ...body } });
