//! The page's client when it is WebAssembly: the one of `clients/wasm` in the words of `umbra.js`, which the page speaks.
//!
//! It adds what is a page's business and not a session's: where the session is kept over a reload, when to try at once, and that a
//! server which is not there yet is asked again.

import init, { UmbraClient as Session } from './umbra_client.js';

const UNREACHABLE_RETRY_MS = 2000;
/** Our own codes in the words of `umbra.js`. */
const CODES = { LOST: 'SESSION_LOST', UNREADABLE: 'SESSION_LOST' };

const loaded = init();

export class UmbraClient {
  #options;
  #handlers = new Map();
  #state = { name: 'idle' };
  #session = null;
  /** {session, uid, userName, ref}, as `umbra.js` keeps it: either page goes on with the other's session. */
  #record;
  #place;
  /** A sign-in that is told once the room is. */
  #greeting = null;
  #attempt = 0;
  #clockOffsetMs = 0;
  #retry = null;
  #stopWakeups = () => {};

  constructor({ storage = null, storageKey = 'umbra.session', position = null, ...options }) {
    this.#options = { storage, storageKey, ...options };
    this.#record = this.#load();
    this.#place = position ?? { epoch: 0, lastSeq: 0 };
  }

  get state() { return this.#state; }
  get uid() { return this.#record?.uid ?? null; }
  get userName() { return this.#record?.userName ?? null; }
  get position() {
    const { epoch, lastSeq } = this.#session?.saved ?? this.#place;
    return { epoch, lastSeq };
  }

  serverNow() { return Date.now() + this.#clockOffsetMs; }

  on(id, handler) {
    if (!this.#handlers.has(id)) this.#handlers.set(id, new Set());
    this.#handlers.get(id).add(handler);
    return () => this.#handlers.get(id).delete(handler);
  }

  async connect() {
    this.#become({ name: 'connecting', attempt: this.#attempt });
    await loaded;
    this.#stopWakeups();
    this.#stopWakeups = wakeups(() => this.retryNow());
    this.#begin();
  }

  async send(id, body = {}) {
    if (!this.#session) throw { code: 'CLOSED', message: `${id} was not sent: the session is ${this.#state.name}` };
    try {
      return await this.#session.send(id, body);
    } catch ({ code, message }) {
      throw { code: CODES[code] ?? code, message };
    }
  }

  retryNow() {
    if (this.#retry !== null) this.#begin();
    else if (this.#state.name === 'offline') this.#session?.retryNow();
  }

  takeOver() {
    if (this.#state.name !== 'replaced') return;
    this.#record = this.#load() ?? this.#record;
    this.connect();
  }

  /** The whole room anew, for callers who cannot trust their copy. */
  resync() {
    if (!this.#session) return;
    this.#place = { epoch: 0, lastSeq: 0 };
    this.#end();
    this.#begin();
  }

  close({ forget = false } = {}) {
    this.#end();
    this.#stopWakeups();
    this.#become({ name: 'closed' });
    if (forget) this.#store(null);
  }

  // ---- one session of the module ------------------------------------------------------------------------------------

  #begin() {
    clearTimeout(this.#retry);
    this.#retry = null;
    const { url, userName, token } = this.#options;
    const record = this.#record;
    const who = record ? { session: { session: record.session, lastRef: record.ref, ...this.#place } } : token ? { token } : { userName };
    // One that was let go may still have a last word.
    const session = new Session({ url, ...who }, (event) => { if (this.#session === session) this.#hear(event); });
    this.#session = session;
    session.connect().catch(() => {}); // told as an event, too
  }

  #end() {
    clearTimeout(this.#retry);
    this.#retry = null;
    const session = this.#session;
    this.#session = null;
    session?.close();
  }

  #hear(event) {
    const { type } = event;
    if (type === 'online') this.#signedIn(event);
    else if (type === 'sync') this.#sync(event);
    else if (type === 'event') this.#tell(event);
    else if (type === 'offline') this.#lost(event.retryInMs, event.code);
    else if (type === 'draining') this.#emit('SERVER_DRAINING', { reconnectAfterMs: event.reconnectAfterMs }, { id: 'SERVER_DRAINING' });
    else if (type === 'closed') this.#closed(event);
    else console.warn('umbra:', event);
  }

  #signedIn({ resumed }) {
    const { session, uid, userName, lastRef, serverTimeMs } = this.#session.hello;
    this.#clockOffsetMs = serverTimeMs - Date.now();
    this.#store({ session, uid, userName, ref: Math.max(this.#record?.ref ?? 0, lastRef) });
    this.#attempt = 0;
    this.#greeting = resumed ? null : { name: 'online' };
    if (resumed) this.#become({ name: 'online' });
  }

  #sync({ room }) {
    const greeting = this.#greeting;
    this.#greeting = null;
    this.#emit('sync', { room, reason: greeting ? 'hello' : 'resync' });
    if (greeting) this.#become(greeting);
  }

  #tell({ id, seq, body }) {
    this.#emit(id, body, { id, seq });
    this.#emit('*', body, { id, seq });
  }

  #lost(retryInMs, code) {
    this.#attempt += 1;
    this.#become({ name: 'offline', retryAt: Date.now() + (retryInMs ?? 0), attempt: this.#attempt, code, reason: code === 4008 ? 'SERVER_FULL' : '' });
  }

  #closed({ reason, code, message }) {
    const resuming = this.#record !== null;
    this.#place = this.position;
    if (this.#record) this.#store({ ...this.#record, ref: this.#session.saved?.lastRef ?? this.#record.ref });
    this.#end();
    if (reason === 'unreachable') {
      this.#retry = setTimeout(() => this.#begin(), UNREACHABLE_RETRY_MS);
      return this.#lost(UNREACHABLE_RETRY_MS, null);
    }
    if (code === 'BAD_TOKEN' && resuming && (this.#options.userName || this.#options.token)) {
      // The stored session is worthless to this server; who we are is not. Sign in afresh.
      this.#store(null);
      this.#place = { epoch: 0, lastSeq: 0 };
      return this.#begin();
    }
    this.#stopWakeups();
    if (reason === 'replaced') return this.#become({ name: 'replaced' });
    this.#become({ name: 'refused', code: code === 4007 ? 'KICKED' : String(code ?? reason), message });
  }

  // ---- small things -------------------------------------------------------------------------------------------------

  #become(state) {
    this.#state = state;
    this.#emit('state', state);
  }

  #emit(id, body, meta) {
    for (const handler of [...(this.#handlers.get(id) ?? [])]) {
      try {
        handler(body, meta);
      } catch (error) {
        console.error(`umbra: a handler of ${id} failed`, error);
      }
    }
  }

  #load() {
    try {
      const record = JSON.parse(this.#options.storage?.getItem(this.#options.storageKey) ?? 'null');
      return typeof record?.session === 'string' ? { ref: 0, ...record } : null;
    } catch {
      return null;
    }
  }

  #store(record) {
    this.#record = record;
    const { storage, storageKey } = this.#options;
    try {
      if (record) storage?.setItem(storageKey, JSON.stringify(record));
      else storage?.removeItem(storageKey);
    } catch {
      // Storage may be full or forbidden; the session then ends with the page.
    }
  }
}

/** The network came back, or somebody looks at the page again. */
function wakeups(wake) {
  const onVisible = () => { if (document.visibilityState === 'visible') wake(); };
  addEventListener('online', wake);
  document.addEventListener('visibilitychange', onVisible);
  return () => {
    removeEventListener('online', wake);
    document.removeEventListener('visibilitychange', onVisible);
  };
}
