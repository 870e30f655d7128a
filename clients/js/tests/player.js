//! A client on a real server, and everything it was told, to wait for. Nobody sleeps: each wait is for something that happens.

import WebSocket from 'ws';
import { UmbraClient } from '../umbra.js';

const DEADLINE_MS = 30_000;

export class Player {
  events = [];
  syncs = [];
  states = [];
  errors = [];
  controls = [];
  #waiting = new Set();

  /** Not connected yet. `options` are the client's. */
  constructor(address, options) {
    this.client = new UmbraClient({ url: `ws://${address}/ws`, WebSocket, baseMs: 50, capMs: 500, ...options });
    const keep = (list) => (item) => {
      list.push(item);
      for (const check of [...this.#waiting]) check();
    };
    const event = keep(this.events);
    this.client.on('*', (body, { id, seq }) => event({ id, seq, body }));
    this.client.on('sync', keep(this.syncs));
    this.client.on('state', keep(this.states));
    this.client.on('error', keep(this.errors));
    this.client.on('SERVER_DRAINING', keep(this.controls));
  }

  static async online(address, options) {
    const player = new Player(address, options);
    player.client.connect();
    await player.isIn('online');
    return player;
  }

  send(id, body) { return this.client.send(id, body); }

  /** The first thing that `find` finds, once there is one. */
  until(find, what) {
    const found = find();
    if (found) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`${this.client.userName} waited ${DEADLINE_MS} ms for ${what}; heard ${JSON.stringify(this.events.slice(-5))}, states ${JSON.stringify(this.states.slice(-5))}`));
      }, DEADLINE_MS);
      const check = () => {
        const result = find();
        if (!result) return;
        clearTimeout(late);
        this.#waiting.delete(check);
        resolve(result);
      };
      this.#waiting.add(check);
    });
  }

  isIn(name) { return this.until(() => this.client.state.name === name && this.client.state, `the state ${name}`); }

  hears(id, fits = () => true) { return this.until(() => this.events.find((event) => event.id === id && fits(event.body)), `${id} ${fits}`); }

  /** Sits down: creates the room of a game, or joins it. */
  async creates(game, more = {}) { return (await this.send('ROOM_CREATE', { game, ...more })).room; }
  async joins({ roomId }) {
    const { room } = await this.send('ROOM_JOIN', { roomId });
    await this.send('ROOM_READY', { ready: true });
    return room;
  }

  act(action) { return this.send('GAME_ACTION', { action }); }

  close() { this.client.close(); }
}

/** The browser's storage, of one page or shared by two. */
export class Storage {
  #items = new Map();
  getItem(key) { return this.#items.get(key) ?? null; }
  setItem(key, value) { this.#items.set(key, value); }
  removeItem(key) { this.#items.delete(key); }
}

/** A WebSocket whose other direction fails on demand: what the client says arrives, and what comes back is lost. */
export class DeafWebSocket extends WebSocket {
  static deaf = false;
  static last = null;

  constructor(...args) {
    super(...args);
    DeafWebSocket.last = this;
  }

  set onmessage(handle) {
    super.onmessage = (event) => {
      if (!DeafWebSocket.deaf) handle(event);
      else DeafWebSocket.missed.push(JSON.parse(event.data));
    };
  }
  static missed = [];
}
