//! The client of an Umbra server, without dependencies, for browsers and Node. `umbra.frames.js` beside it reads what comes in.
//!
//! It owns one *session*, which outlives its connections. It numbers what is sent (`ref`), keeps it until the reply
//! comes and sends it again after a reconnect (the server carries a `ref` out once); it hands events on in order,
//! each once (`seq`), and says so to the server (`ack`). Where continuity is lost it hands over the whole room (`sync`).
//!
//! ```js
//! const umbra = new UmbraClient({ url: 'ws://127.0.0.1:4000/ws', userName: 'Ann', storage: localStorage });
//! umbra.on('sync', ({ room }) => show(room));                     // the whole room, or null
//! umbra.on('*', (body, { id }) => apply(id, body));               // every event after it, in order
//! umbra.on('state', (state) => banner(state));                    // see `State` below
//! umbra.on('error', ({ code, message }) => report(code, message)); // the server said something it should not
//! umbra.connect();
//! const { room } = await umbra.send('ROOM_CREATE', { game: 'relay' });   // rejects with an UmbraError (.code)
//! ```
//!
//! State: `{name: 'idle'}` · `{name: 'connecting', attempt}` · `{name: 'online'}` ·
//! `{name: 'offline', retryAt, attempt, code, reason}` (`retryAt` by the `now` clock; it reconnects by itself) ·
//! and the three ends: `{name: 'replaced'}` (another connection took the session: only `takeOver()` goes on),
//! `{name: 'refused', code, message}` (the server will not have us), `{name: 'closed'}` (by `close()`).
//!
//! Past 400 lines on purpose: the states of one session, whose parts all touch each other.

import { NAME, checkReply, readFrame } from './umbra.frames.js';

const SUBPROTOCOL = 'umbra.v1.json';
/** Bytes of one message that the server still reads. Larger ones are refused here: sent, they would end the connection each time. */
export const MAX_MESSAGE_BYTES = 16 * 1024;
/** Messages without a reply. The server keeps as many replies, so a resend always finds its own. */
export const MAX_PENDING = 64;
/** An `ack` goes out at once after so many unacknowledged events, so that the server's history stays short. */
const ACK_EVERY = 32;

/** Bounds of the heartbeat that a server may name, in ms: against a busy loop at one end, and against a timer past 2³¹ that
 *  fires at once at the other. */
const HEARTBEAT_MS = [1000, 3_600_000];
/** The longest wait that a draining server may ask for, in ms. */
const DRAIN_MS_MAX = 600_000;

/** Why a server closes a connection. */
export const CloseCode = Object.freeze({
  NORMAL: 1000, GOING_AWAY: 1001, PROTOCOL: 1002, FRAME_TYPE: 1003, NOT_UTF8: 1007, TOO_BIG: 1009, INTERNAL: 1011,
  REPLACED: 4001, HELLO_TIMEOUT: 4002, BAD_TOKEN: 4003, TOO_SLOW: 4004, TOO_MANY: 4005, HEARTBEAT_MISSED: 4006,
  KICKED: 4007, SERVER_FULL: 4008,
});
/** What a socket reports that ended without a word. */
const LOST = 1006;
/** Faults of this client, which it would only repeat. */
const OUR_FAULTS = new Set([CloseCode.PROTOCOL, CloseCode.FRAME_TYPE, CloseCode.NOT_UTF8, CloseCode.TOO_BIG]);
/** Answers to `HELLO` that another try may change. */
const PASSING_REFUSALS = new Set(['SERVER_FULL', 'SERVER_DRAINING', 'RATE_LIMITED', 'INTERNAL']);

/** What `send` rejects with. `code` is the server's error code, or one of ours: `TOO_BIG`, `TOO_MANY_PENDING`,
 *  `SESSION_LOST` (nobody knows whether it was carried out), `BAD_FRAME` (the answer cannot be read; likewise), `REPLACED`,
 *  `REFUSED`, `CLOSED`. The constructor throws one with `NO_WEBSOCKET`. */
export class UmbraError extends Error {
  constructor(code, message) {
    super(message);
    this.name = 'UmbraError';
    this.code = code;
  }
}

export class UmbraClient {
  #options;
  #handlers = new Map();
  #state = { name: 'idle' };
  #socket = null;
  #greeted = false;
  #helloSentAt = 0;
  /** What a later client needs to go on with the session: {session, uid, userName, ref}. */
  #record;
  #epoch = 0;
  #lastSeq = 0;
  #acked = 0;
  /** Highest `ref` answered to this object: a server that has carried out less has forgotten the session. */
  #answered = 0;
  /** In order: {id, body, ref: null until first sent, resolve, reject}. */
  #pending = [];
  #attempt = 0;
  #onlineSince = 0;
  /** Whether what came last, over whatever connection, could not be read. */
  #stumbled = false;
  #notBefore = 0;
  #refusal = null;
  #heartbeatMs = 15000;
  #clock = { offsetMs: 0, roundTripMs: Infinity };
  #timers = {};
  #stopWakeups = null;

  /**
   * @param {object} options
   * @param {string} options.url            ws:// or wss:// address of the server's `/ws`
   * @param {string} [options.userName]     sign in as a guest of this name, or
   * @param {string|Function} [options.token]  with a token of the game's backend (or a function, async or not, that gets one)
   * @param {{epoch: number, lastSeq: number}} [options.position]  where the caller's own saved copy of the room ends
   *        (`client.position` of the last run). Without it the first `sync` brings the whole room.
   * @param {Storage} [options.storage]     keeps the session over a reload; share it between tabs and the newest tab has it
   * @param {string} [options.storageKey]
   * @param {number} [options.baseMs] [options.capMs]  the wait before try n is random in 0..min(capMs, baseMs·2ⁿ) ("full jitter")
   * @param {number} [options.connectMs]    longest wait for an accepted `HELLO`
   * @param {number} [options.pongMs]       longest silence after a `PING`
   * @param {number} [options.answerMs]     longest wait for the next reply, however alive the connection looks; past it
   *        everything without one is sent again on a new connection. The server replies sooner (`request_timeout_ms`)
   * @param {number} [options.ackMs]        how long an event may wait for a message that carries its `ack`; then a `PING` does
   * @param {number} [options.frameCharsMax]  characters of the longest frame that is read; past it the server is not sane
   * @param {Function} [options.WebSocket]  for Node before 22, which has none of its own: that of the package `ws`, say
   * @param {Function} [options.now] [options.random]  for tests
   * @param {{set: Function, clear: Function}} [options.timers]
   * @param {Function} [options.wakeups]    `(wake) => unsubscribe`: calls `wake` when the network may be back
   */
  constructor(options) {
    this.#options = {
      storage: null, storageKey: 'umbra.session', position: null,
      baseMs: 500, capMs: 15000, connectMs: 10000, pongMs: 8000, answerMs: 15000, ackMs: 500, frameCharsMax: 8 * 1024 * 1024,
      WebSocket: globalThis.WebSocket, now: Date.now, random: Math.random,
      timers: { set: (run, ms) => setTimeout(run, ms), clear: (timer) => clearTimeout(timer) },
      wakeups: browserWakeups,
      ...options,
    };
    if (typeof this.#options.WebSocket !== 'function') {
      throw new UmbraError('NO_WEBSOCKET', 'there is no WebSocket here (Node before 22): pass one, of the package ws say, as the option WebSocket');
    }
    this.#record = this.#load();
    if (this.#options.position) ({ epoch: this.#epoch, lastSeq: this.#lastSeq } = this.#options.position);
  }

  // ---- what the caller sees ---------------------------------------------------------------------------------------

  get state() { return this.#state; }
  get uid() { return this.#record?.uid ?? null; }
  get userName() { return this.#record?.userName ?? null; }
  /** The last event handed on. Saved together with what the events built, it lets a later run go on from there. */
  get position() { return { epoch: this.#epoch, lastSeq: this.#lastSeq }; }
  /** The server's clock, in ms, as well as it can be known from here. Deadlines on the wire are by this clock. */
  serverNow() { return this.#options.now() + this.#clock.offsetMs; }

  /** Calls `handler(body, {id, seq})` for each event or control message `id`, `'*'` for every event; `'state'`, `'sync'` and
   *  `'error'` are our own: `handler(state)`, `handler({room, reason})`, `handler(error)` with an `UmbraError`: `BAD_FRAME`
   *  (unreadable; the client reconnects), `UNKNOWN_ID` (of a newer server; skipped), or what the server says that it could
   *  not read of ours. Returns a function that stops it. */
  on(id, handler) {
    if (!this.#handlers.has(id)) this.#handlers.set(id, new Set());
    this.#handlers.get(id).add(handler);
    return () => this.#handlers.get(id).delete(handler);
  }

  connect() {
    if (this.#socket) return;
    this.#stopWakeups ??= this.#options.wakeups(() => this.#wake());
    this.#open();
  }

  /** Sends `id` once there is a connection, and again after each reconnect until the reply comes.
   *  @returns {Promise<object>} the reply's body; rejects with an `UmbraError`. */
  async send(id, body = {}) {
    const ended = { replaced: 'REPLACED', refused: 'REFUSED', closed: 'CLOSED' }[this.#state.name];
    if (ended) throw new UmbraError(ended, `${id} was not sent: the session is ${this.#state.name}`);
    if (this.#pending.length >= MAX_PENDING) {
      throw new UmbraError('TOO_MANY_PENDING', `${id} was not sent: ${MAX_PENDING} messages wait for their reply`);
    }
    // Numbers at their longest, so that what fits now fits whenever it is sent.
    const text = JSON.stringify({ id, ref: Number.MAX_SAFE_INTEGER, ack: Number.MAX_SAFE_INTEGER, body });
    const bytes = new TextEncoder().encode(text).length;
    if (bytes > MAX_MESSAGE_BYTES) {
      throw new UmbraError('TOO_BIG', `${id} was not sent: ${bytes} bytes, at most ${MAX_MESSAGE_BYTES} pass`);
    }
    return new Promise((resolve, reject) => {
      // A copy: what is sent again is what was sent, whatever the caller does with its object meanwhile.
      const message = { id, body: JSON.parse(text).body, ref: null, resolve, reject };
      this.#pending.push(message);
      if (this.#greeted) this.#transmit(message);
    });
  }

  /** Tries now instead of at `retryAt`. */
  retryNow() {
    if (this.#state.name === 'offline') this.#open();
  }

  /** After `replaced`: takes the session back; the other connection is then the one replaced. */
  takeOver() {
    if (this.#state.name !== 'replaced') return;
    this.#record = this.#load() ?? this.#record;
    this.connect();
  }

  /** Drops what is known of the room and has the server tell all of it (`sync`). For callers who cannot trust their copy. */
  resync() {
    if (!this.#greeted) return;
    this.#epoch = 0;
    this.#lastSeq = 0;
    this.#detach();
    this.#open();
  }

  /** Ends the connection for good. The stored session stays, unless `forget` is set: then nobody can go on with it. */
  close({ forget = false } = {}) {
    this.#end({ name: 'closed' }, 'CLOSED');
    if (forget) this.#store(null);
  }

  // ---- one connection, from its opening to its loss ---------------------------------------------------------------

  #open() {
    this.#clearTimer('retry');
    const { WebSocket, url, connectMs } = this.#options;
    const socket = new WebSocket(url, [SUBPROTOCOL]);
    // A socket that was let go may still speak or close later; it must not touch the session any more.
    const current = (handle) => (event) => { if (this.#socket === socket) handle(event); };
    socket.onopen = current(() => this.#hello(socket));
    socket.onmessage = current((event) => this.#receive(event.data));
    // A socket that fails by itself, over what the server sent, may report the code with which it would have closed.
    let failed = false;
    socket.onerror = () => { failed = true; };
    socket.onclose = current(({ code, reason }) => this.#lost(failed && OUR_FAULTS.has(code) ? LOST : code, reason));
    this.#socket = socket;
    this.#refusal = null;
    this.#setTimer('connect', connectMs, () => this.#abandon('no answer'));
    this.#become({ name: 'connecting', attempt: this.#attempt });
  }

  async #hello(socket) {
    const { token, userName } = this.#options;
    let body;
    if (this.#record) body = { session: this.#record.session, epoch: this.#epoch, lastSeq: this.#lastSeq };
    else if (token === undefined) body = { userName };
    else {
      try {
        body = { token: typeof token === 'function' ? await token() : token };
      } catch {
        return this.#socket === socket && this.#abandon('no token');
      }
    }
    if (this.#socket !== socket) return;
    this.#helloSentAt = this.#options.now();
    this.#acked = this.#lastSeq;
    this.#put({ id: 'HELLO', ref: 1, body });
  }

  #receive(data) {
    let frame;
    try {
      frame = readFrame(data, this.#options.frameCharsMax);
      if (!this.#greeted && frame.kind === 'event') throw new Error(`${frame.id} came before the answer to HELLO`);
      if (!this.#greeted && frame.id === 'OK') checkReply('HELLO', frame.body);
    } catch (error) {
      return this.#unreadable(error);
    }
    this.#clearTimer('pong');
    const { kind, id, ref, seq, body, known } = frame;
    if (kind === 'event') this.#event(id, seq, body);
    else if (kind === 'control') this.#control(id, body, known);
    else if (this.#greeted) this.#reply(id, ref, body);
    else if (id === 'OK') this.#welcome(body);
    else this.#unwelcome(body);
    if (!known) this.#complain('UNKNOWN_ID', `the server sent ${id}, which this client does not know`);
  }

  #welcome(body) {
    const { uid, userName, session, epoch, lastRef, serverTimeMs, heartbeatMs, room } = body;
    const { now } = this.#options;
    const socket = this.#socket;
    const resumed = body.resumed && this.#record !== null && epoch === this.#epoch;
    // A server that knows none of our refs, or fewer than it answered, has begun a new session for the same user.
    const sameSession = body.resumed || (lastRef > 0 && lastRef >= this.#answered);
    const forgotten = this.#record !== null && (this.#record.uid !== uid || !sameSession);
    this.#clearTimer('connect');
    this.#greeted = true;
    this.#onlineSince = now();
    this.#notBefore = 0;
    this.#heartbeatMs = Math.min(Math.max(heartbeatMs, HEARTBEAT_MS[0]), HEARTBEAT_MS[1]);
    this.#tellClock(this.#helloSentAt, serverTimeMs);
    this.#epoch = epoch;
    if (!resumed) this.#lastSeq = this.#acked = 0;
    if (forgotten) {
      // Sent to a session that is gone: a resend could be carried out a second time, so its sender must decide.
      this.#reject((message) => message.ref !== null, 'SESSION_LOST', 'the server no longer knows this session');
      this.#answered = lastRef;
    }
    this.#store({ session, uid, userName, ref: Math.max(this.#record?.ref ?? 0, lastRef) });
    if (!resumed) this.#emit('sync', { room, reason: forgotten ? 'forgotten' : 'hello' });
    // A handler may have closed the client, or asked for another connection.
    if (this.#socket === socket) this.#become({ name: 'online' });
    // Those at or below `lastRef` too: they were carried out, but their reply got lost and is sent once more.
    for (const message of [...this.#pending]) this.#transmit(message);
    if (this.#socket === socket) this.#beat();
  }

  #unwelcome({ code, message }) {
    this.#refusal = { code, message };
    if (code === 'BAD_TOKEN') this.#lost(CloseCode.BAD_TOKEN, message);
    else if (!PASSING_REFUSALS.has(code)) this.#end({ name: 'refused', code, message }, 'REFUSED');
    else this.#lost(code === 'SERVER_FULL' ? CloseCode.SERVER_FULL : LOST, message);
  }

  /** The server is silent or speaks nonsense: lets the socket go without waiting for its close. */
  #abandon(reason) {
    this.#lost(LOST, reason);
  }

  /** Once may be chance. A second time with nothing taken in between would go on for ever, since the server says the same
   *  again: then the client asks for the whole room, and for no answer any more. */
  #unreadable({ message }) {
    if (this.#stumbled && this.#greeted) {
      this.#epoch = this.#lastSeq = 0;
      this.#reject((pending) => pending.ref !== null, 'BAD_FRAME', 'what the server says cannot be read');
    }
    this.#stumbled = this.#greeted;
    this.#abandon('the server sent something that cannot be read');
    this.#complain('BAD_FRAME', `the server sent something that cannot be read: ${message}`);
  }

  #complain(code, message) {
    const error = new UmbraError(code, message);
    if (this.#handlers.get('error')?.size) this.#emit('error', error);
    else console.error('umbra:', error);
  }

  #lost(code, reason) {
    const { random, now, userName, token, baseMs, capMs } = this.#options;
    this.#detach();
    if (code === CloseCode.REPLACED) return this.#end({ name: 'replaced' }, 'REPLACED');
    if (code === CloseCode.BAD_TOKEN && this.#record && (userName !== undefined || token !== undefined)) {
      // The stored session is worthless to this server; who we are is not. Sign in afresh.
      this.#reject((message) => message.ref !== null, 'SESSION_LOST', 'the server does not know this session');
      this.#store(null);
      this.#epoch = this.#lastSeq = this.#answered = 0;
      return this.#open();
    }
    if (code === CloseCode.BAD_TOKEN || code === CloseCode.KICKED || OUR_FAULTS.has(code)) {
      const [name] = Object.entries(CloseCode).find(([, number]) => number === code);
      return this.#end({ name: 'refused', ...(this.#refusal ?? { code: name, message: reason }) }, 'REFUSED');
    }
    if (this.#onlineSince && now() - this.#onlineSince >= capMs) this.#attempt = 0;
    this.#onlineSince = 0;
    // Who was told "too many" or "full" comes back later than who merely lost the network.
    if (code === CloseCode.TOO_MANY || code === CloseCode.SERVER_FULL) this.#attempt = Math.max(this.#attempt, 4);
    const jitterMs = random() * Math.min(capMs, baseMs * 2 ** this.#attempt);
    const waitMs = Math.max(0, this.#notBefore - now()) + jitterMs;
    const attempt = ++this.#attempt;
    this.#setTimer('retry', waitMs, () => this.#open());
    this.#become({ name: 'offline', retryAt: now() + waitMs, attempt, code, reason: this.#refusal?.code ?? reason });
  }

  #end(state, code) {
    this.#detach();
    this.#stopWakeups?.();
    this.#stopWakeups = null;
    this.#reject(() => true, code, `the session is ${state.name}`);
    this.#become(state);
  }

  #detach() {
    for (const name of ['retry', 'connect', 'heartbeat', 'pong', 'answer', 'ack']) this.#clearTimer(name);
    const socket = this.#socket;
    this.#socket = null;
    this.#greeted = false;
    try {
      socket?.close(CloseCode.NORMAL);
    } catch {
      // It was closed before; that is what we wanted.
    }
  }

  // ---- what comes in ----------------------------------------------------------------------------------------------

  #event(id, seq, body) {
    const socket = this.#socket;
    if (id === 'RESYNC' && body.epoch !== this.#epoch) {
      // An epoch that is not newer has nothing to do with the present.
      if (body.epoch < this.#epoch) return;
      this.#epoch = body.epoch;
      this.#lastSeq = seq;
      this.#acked = 0;
      this.#emit('sync', { room: body.room, reason: 'resync' });
      if (this.#socket !== socket) return;
      // Whatever served the session before us is gone, and with it perhaps what it had not answered yet.
      for (const message of [...this.#pending]) this.#transmit(message);
      return this.#acknowledge();
    }
    if (seq <= this.#lastSeq) return;
    if (seq > this.#lastSeq + 1) return this.#abandon(`event ${seq} after ${this.#lastSeq}`);
    this.#stumbled = false;
    // Before the handlers run, so that a `position` saved by one of them includes the event.
    this.#lastSeq = seq;
    if (id === 'RESYNC') {
      this.#emit('sync', { room: body.room, reason: 'resync' });
    } else {
      if (NAME.test(id)) this.#emit(id, body, { id, seq });
      this.#emit('*', body, { id, seq });
    }
    this.#acknowledge();
  }

  /** With the next message, or by itself once many events wait for it, or the first of them has for a while. */
  #acknowledge() {
    if (!this.#greeted || this.#lastSeq === this.#acked) return;
    if (this.#lastSeq - this.#acked >= ACK_EVERY) this.#ping();
    else if (!this.#timers.ack) this.#setTimer('ack', this.#options.ackMs, () => this.#ping());
  }

  #reply(id, ref, body) {
    if (id === 'ERROR' && ref === null) return this.#complain(body.code, body.message);
    const at = this.#pending.findIndex((message) => message.ref === ref && ref !== null);
    if (at < 0) return;
    const [message] = this.#pending.splice(at, 1);
    this.#stumbled = false;
    this.#answered = Math.max(this.#answered, ref);
    this.#clearTimer('answer');
    if (this.#pending.length > 0) this.#awaitAnswer();
    if (id === 'ERROR') return message.reject(new UmbraError(body.code, body.message));
    try {
      checkReply(message.id, body);
      message.resolve(body);
    } catch (error) {
      message.reject(new UmbraError('BAD_FRAME', `${message.id} was answered with something that cannot be read: ${error.message}`));
      this.#unreadable(error);
    }
  }

  #control(id, body, known) {
    if (!known) return;
    if (id === 'REPLACED') return this.#end({ name: 'replaced' }, 'REPLACED');
    if (id === 'PONG') this.#tellClock(body.clientTimeMs, body.serverTimeMs);
    if (id === 'SERVER_DRAINING') this.#notBefore = this.#options.now() + Math.min(body.reconnectAfterMs, DRAIN_MS_MAX);
    this.#emit(id, body, { id });
  }

  // ---- what goes out ----------------------------------------------------------------------------------------------

  #transmit(message) {
    // A socket that would not take the one before: this one goes with the next connection as well.
    if (!this.#greeted) return;
    if (message.ref === null) {
      message.ref = this.#record.ref + 1;
      this.#store({ ...this.#record, ref: message.ref });
    }
    this.#write({ id: message.id, ref: message.ref, body: message.body });
    if (this.#greeted && !this.#timers.answer) this.#awaitAnswer();
  }

  /** The server takes one message after the other, so each reply gives the next one its own time. */
  #awaitAnswer() {
    this.#setTimer('answer', this.#options.answerMs, () => this.#abandon('no reply'));
  }

  #write(message) {
    if (this.#lastSeq > this.#acked) message.ack = this.#acked = this.#lastSeq;
    this.#clearTimer('ack');
    this.#put(message);
  }

  #put(message) {
    try {
      this.#socket.send(JSON.stringify(message));
    } catch {
      this.#abandon('the socket took nothing any more');
    }
  }

  #ping() {
    this.#write({ id: 'PING', body: { clientTimeMs: Math.round(this.#options.now()) } });
    if (this.#greeted && !this.#timers.pong) this.#setTimer('pong', this.#options.pongMs, () => this.#abandon('no answer to PING'));
  }

  /** A page cannot see pings of the transport, so it asks for itself whether the server is still there. */
  #beat() {
    this.#setTimer('heartbeat', this.#heartbeatMs, () => {
      this.#ping();
      if (this.#greeted) this.#beat();
    });
  }

  #wake() {
    if (this.#greeted) this.#ping();
    else if (this.#state.name === 'offline' && this.#options.now() >= this.#notBefore) this.#open();
  }

  // ---- small things -----------------------------------------------------------------------------------------------

  /** Half the round trip is taken for the way here; a sample much slower than the best says too little. */
  #tellClock(sentAt, serverTimeMs) {
    if (!Number.isFinite(serverTimeMs) || !Number.isFinite(sentAt)) return;
    const now = this.#options.now();
    const roundTripMs = now - sentAt;
    if (roundTripMs > this.#clock.roundTripMs * 2 + 50) return;
    this.#clock = { offsetMs: serverTimeMs + roundTripMs / 2 - now, roundTripMs };
  }

  #become(state) {
    this.#state = state;
    this.#emit('state', state);
  }

  /** A handler that throws must not lose an event for the others, nor the place in the sequence. */
  #emit(id, body, meta) {
    for (const handler of [...(this.#handlers.get(id) ?? [])]) {
      try {
        handler(body, meta);
      } catch (error) {
        console.error(`umbra: a handler of ${id} failed`, error);
      }
    }
  }

  #reject(which, code, message) {
    const rejected = this.#pending.filter(which);
    this.#pending = this.#pending.filter((pending) => !rejected.includes(pending));
    for (const pending of rejected) pending.reject(new UmbraError(code, `${pending.id} has no answer: ${message}`));
  }

  #load() {
    try {
      const record = JSON.parse(this.#options.storage?.getItem(this.#options.storageKey) ?? 'null');
      if (typeof record?.session !== 'string') return null;
      return { ...record, ref: Number.isSafeInteger(record.ref) && record.ref >= 0 ? record.ref : 0 };
    } catch {
      return null;
    }
  }

  /** Storage may be full or forbidden; the session then ends with the page, which is no reason to stop now. */
  #store(record) {
    this.#record = record;
    const { storage, storageKey } = this.#options;
    try {
      if (record) storage?.setItem(storageKey, JSON.stringify(record));
      else storage?.removeItem(storageKey);
    } catch {
      // See above.
    }
  }

  #setTimer(name, ms, run) {
    this.#clearTimer(name);
    this.#timers[name] = this.#options.timers.set(() => {
      this.#timers[name] = null;
      run();
    }, ms);
  }

  #clearTimer(name) {
    if (this.#timers[name]) this.#options.timers.clear(this.#timers[name]);
    this.#timers[name] = null;
  }
}

/** In a browser: the network came back, or somebody looks at the page again. Elsewhere: nothing. */
function browserWakeups(wake) {
  if (typeof document === 'undefined') return () => {};
  const onVisible = () => { if (document.visibilityState === 'visible') wake(); };
  addEventListener('online', wake);
  document.addEventListener('visibilitychange', onVisible);
  return () => {
    removeEventListener('online', wake);
    document.removeEventListener('visibilitychange', onVisible);
  };
}
