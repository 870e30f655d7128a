//! The client of an Umbra server: one ES module without dependencies, for browsers and Node.
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
//! umbra.connect();
//! const { room } = await umbra.send('ROOM_CREATE', { game: 'relay' });   // rejects with an UmbraError (.code)
//! ```
//!
//! State: `{name: 'idle'}` · `{name: 'connecting', attempt}` · `{name: 'online'}` ·
//! `{name: 'offline', retryAt, attempt, code, reason}` (`retryAt` by the `now` clock; it reconnects by itself) ·
//! and the three ends: `{name: 'replaced'}` (another connection took the session: only `takeOver()` goes on),
//! `{name: 'refused', code, message}` (the server will not have us), `{name: 'closed'}` (by `close()`).
//!
//! Past 400 lines on purpose: it is the one file that others copy.

const SUBPROTOCOL = 'umbra.v1.json';
/** Bytes of one message that the server still reads. Larger ones are refused here: sent, they would end the connection each time. */
export const MAX_MESSAGE_BYTES = 16 * 1024;
/** Messages without a reply. The server keeps as many replies, so a resend always finds its own. */
export const MAX_PENDING = 64;
/** An `ack` goes out by itself after so many unacknowledged events, so that the server's history stays short. */
const ACK_EVERY = 32;

const CLOSE = { BYE: 1000, LOST: 1006, REPLACED: 4001, BAD_TOKEN: 4003, TOO_MANY: 4005, KICKED: 4007, FULL: 4008 };
/** Answers to `HELLO` that another try would not change. */
const FINAL_REFUSALS = new Set(['BAD_NAME', 'BAD_MESSAGE', 'NOT_AUTHENTICATED', 'UNKNOWN_ID']);

/** What `send` rejects with. `code` is the server's error code, or one of ours: `TOO_BIG`, `TOO_MANY_PENDING`,
 *  `SESSION_LOST` (nobody knows whether it was carried out), `REPLACED`, `REFUSED`, `CLOSED`. */
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
   * @param {Function} [options.WebSocket] [options.now] [options.random]  for tests, and for Node before 22
   * @param {{set: Function, clear: Function}} [options.timers]
   * @param {Function} [options.wakeups]    `(wake) => unsubscribe`: calls `wake` when the network may be back
   */
  constructor(options) {
    this.#options = {
      storage: null, storageKey: 'umbra.session', position: null,
      baseMs: 500, capMs: 15000, connectMs: 10000, pongMs: 8000, answerMs: 15000,
      WebSocket: globalThis.WebSocket, now: Date.now, random: Math.random,
      timers: { set: (run, ms) => setTimeout(run, ms), clear: (timer) => clearTimeout(timer) },
      wakeups: browserWakeups,
      ...options,
    };
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

  /** Calls `handler(body, {id, seq})` for each event or control message `id`, `'*'` for every event; `'state'` and `'sync'`
   *  are our own: `handler(state)`, `handler({room, reason})`. Returns a function that stops it. */
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
  send(id, body = {}) {
    const ended = { replaced: 'REPLACED', refused: 'REFUSED', closed: 'CLOSED' }[this.#state.name];
    if (ended) return Promise.reject(new UmbraError(ended, `${id} was not sent: the session is ${this.#state.name}`));
    if (this.#pending.length >= MAX_PENDING) {
      return Promise.reject(new UmbraError('TOO_MANY_PENDING', `${id} was not sent: ${MAX_PENDING} messages wait for their reply`));
    }
    // Numbers at their longest, so that what fits now fits whenever it is sent.
    const longest = { id, ref: Number.MAX_SAFE_INTEGER, ack: Number.MAX_SAFE_INTEGER, body };
    const bytes = new TextEncoder().encode(JSON.stringify(longest)).length;
    if (bytes > MAX_MESSAGE_BYTES) {
      return Promise.reject(new UmbraError('TOO_BIG', `${id} was not sent: ${bytes} bytes, at most ${MAX_MESSAGE_BYTES} pass`));
    }
    return new Promise((resolve, reject) => {
      const message = { id, body, ref: null, resolve, reject };
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
    this.#detach(CLOSE.BYE);
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
    socket.onclose = current((event) => this.#lost(event.code, event.reason));
    socket.onerror = () => {};
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
    socket.send(JSON.stringify({ id: 'HELLO', ref: 1, body }));
  }

  #receive(text) {
    const message = parse(text);
    if (!message) return this.#abandon('the server sent something that is no message');
    this.#clearTimer('pong');
    const { id, ref, seq, body = {} } = message;
    if (Number.isInteger(seq)) this.#event(id, seq, body);
    else if (!this.#greeted && id === 'OK') this.#welcome(body);
    else if (!this.#greeted && id === 'ERROR') this.#unwelcome(body);
    else if (id === 'OK' || id === 'ERROR') this.#reply(id, ref, body);
    else this.#control(id, body);
  }

  #welcome(body) {
    const { uid, userName, session, epoch, resumed, lastRef, serverTimeMs, heartbeatMs, room } = body;
    const { now } = this.#options;
    const forgotten = this.#record !== null && (this.#record.uid !== uid || lastRef < this.#answered);
    this.#clearTimer('connect');
    this.#greeted = true;
    this.#onlineSince = now();
    this.#notBefore = 0;
    this.#heartbeatMs = heartbeatMs ?? this.#heartbeatMs;
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
    this.#become({ name: 'online' });
    // Those at or below `lastRef` too: they were carried out, but their reply got lost and is sent once more.
    for (const message of [...this.#pending]) this.#transmit(message);
    this.#beat();
  }

  #unwelcome({ code, message }) {
    this.#refusal = { code, message };
    if (code === 'BAD_TOKEN') this.#lost(CLOSE.BAD_TOKEN, message);
    else if (FINAL_REFUSALS.has(code)) this.#end({ name: 'refused', code, message }, 'REFUSED');
    else this.#lost(code === 'SERVER_FULL' ? CLOSE.FULL : CLOSE.LOST, message);
  }

  /** The server is silent or speaks nonsense: lets the socket go without waiting for its close. */
  #abandon(reason) {
    this.#lost(CLOSE.LOST, reason);
  }

  #lost(code, reason) {
    const { random, now, userName, token, baseMs, capMs } = this.#options;
    this.#detach(CLOSE.BYE);
    if (code === CLOSE.REPLACED) return this.#end({ name: 'replaced' }, 'REPLACED');
    if (code === CLOSE.BAD_TOKEN && this.#record && (userName !== undefined || token !== undefined)) {
      // The stored session is worthless to this server; who we are is not. Sign in afresh.
      this.#reject((message) => message.ref !== null, 'SESSION_LOST', 'the server does not know this session');
      this.#store(null);
      this.#epoch = this.#lastSeq = this.#answered = 0;
      return this.#open();
    }
    if (code === CLOSE.BAD_TOKEN || code === CLOSE.KICKED) {
      const { code: name, message } = this.#refusal ?? { code: code === CLOSE.KICKED ? 'KICKED' : 'BAD_TOKEN', message: reason };
      return this.#end({ name: 'refused', code: name, message }, 'REFUSED');
    }
    if (this.#onlineSince && now() - this.#onlineSince >= capMs) this.#attempt = 0;
    this.#onlineSince = 0;
    // Who was told "too many" or "full" comes back later than who merely lost the network.
    if (code === CLOSE.TOO_MANY || code === CLOSE.FULL) this.#attempt = Math.max(this.#attempt, 4);
    const jitterMs = random() * Math.min(capMs, baseMs * 2 ** this.#attempt);
    const waitMs = Math.max(0, this.#notBefore - now()) + jitterMs;
    const attempt = ++this.#attempt;
    this.#setTimer('retry', waitMs, () => this.#open());
    this.#become({ name: 'offline', retryAt: now() + waitMs, attempt, code, reason: this.#refusal?.code ?? reason });
  }

  #end(state, code) {
    this.#detach(CLOSE.BYE);
    this.#stopWakeups?.();
    this.#stopWakeups = null;
    this.#reject(() => true, code, `the session is ${state.name}`);
    this.#become(state);
  }

  #detach(code) {
    for (const name of ['retry', 'connect', 'heartbeat', 'pong', 'answer']) this.#clearTimer(name);
    const socket = this.#socket;
    this.#socket = null;
    this.#greeted = false;
    try {
      socket?.close(code);
    } catch {
      // It was closed before; that is what we wanted.
    }
  }

  // ---- what comes in ----------------------------------------------------------------------------------------------

  #event(id, seq, body) {
    if (!this.#greeted) return;
    if (id === 'RESYNC') {
      if (body.epoch === this.#epoch && seq <= this.#lastSeq) return;
      this.#epoch = body.epoch;
      this.#lastSeq = seq;
      this.#acked = 0;
      this.#emit('sync', { room: body.room, reason: 'resync' });
      // Whatever served the session before us is gone, and with it perhaps what it had not answered yet.
      for (const message of [...this.#pending]) this.#transmit(message);
      return;
    }
    if (seq <= this.#lastSeq) return;
    if (seq > this.#lastSeq + 1) return this.#abandon(`event ${seq} after ${this.#lastSeq}`);
    // Before the handlers run, so that a `position` saved by one of them includes the event.
    this.#lastSeq = seq;
    this.#emit(id, body, { id, seq });
    this.#emit('*', body, { id, seq });
    if (this.#greeted && this.#lastSeq - this.#acked >= ACK_EVERY) this.#ping();
  }

  #reply(id, ref, body) {
    const at = this.#pending.findIndex((message) => message.ref === ref && ref !== null);
    if (at < 0) return;
    const [message] = this.#pending.splice(at, 1);
    this.#answered = Math.max(this.#answered, ref);
    this.#clearTimer('answer');
    if (this.#pending.length > 0) this.#awaitAnswer();
    if (id === 'OK') message.resolve(body);
    else message.reject(new UmbraError(body.code, body.message));
  }

  #control(id, body) {
    if (id === 'REPLACED') return this.#end({ name: 'replaced' }, 'REPLACED');
    if (id === 'PONG') this.#tellClock(body.clientTimeMs, body.serverTimeMs);
    if (id === 'SERVER_DRAINING') this.#notBefore = this.#options.now() + Math.max(0, Number(body.reconnectAfterMs) || 0);
    this.#emit(id, body, { id });
  }

  // ---- what goes out ----------------------------------------------------------------------------------------------

  #transmit(message) {
    if (message.ref === null) {
      message.ref = this.#record.ref + 1;
      this.#store({ ...this.#record, ref: message.ref });
    }
    this.#write({ id: message.id, ref: message.ref, body: message.body });
    if (!this.#timers.answer) this.#awaitAnswer();
  }

  /** The server takes one message after the other, so each reply gives the next one its own time. */
  #awaitAnswer() {
    this.#setTimer('answer', this.#options.answerMs, () => this.#abandon('no reply'));
  }

  #write(message) {
    if (this.#lastSeq > this.#acked) message.ack = this.#acked = this.#lastSeq;
    this.#socket.send(JSON.stringify(message));
  }

  #ping() {
    this.#write({ id: 'PING', body: { clientTimeMs: this.#options.now() } });
    if (!this.#timers.pong) this.#setTimer('pong', this.#options.pongMs, () => this.#abandon('no answer to PING'));
  }

  /** A page cannot see pings of the transport, so it asks for itself whether the server is still there. */
  #beat() {
    this.#setTimer('heartbeat', this.#heartbeatMs, () => {
      this.#ping();
      this.#beat();
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
      return typeof record?.session === 'string' ? { ref: 0, ...record } : null;
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

function parse(text) {
  try {
    const message = JSON.parse(text);
    return typeof message?.id === 'string' ? message : null;
  } catch {
    return null;
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
