//! Where this tab was when it was reloaded: what it knew of the room, and up to which event. Together they let it go on
//! without a gap, with chat and history; apart they would be worthless, so they are kept as one record, read once.

const KEY = 'umbra.place';

export class Places {
  #storage;

  /** @param {Storage} storage  of this tab alone */
  constructor(storage) {
    this.#storage = storage;
  }

  save(session, position, state) {
    try {
      this.#storage.setItem(KEY, JSON.stringify({ session, position, state }));
    } catch {
      // Too large or forbidden: the server tells the whole room again.
    }
  }

  /** The record of this session, or null. A record is used once: what it says is old as soon as the page goes on. */
  load(session) {
    try {
      const record = JSON.parse(this.#storage.getItem(KEY));
      this.#storage.removeItem(KEY);
      return record?.session === session && record.state.room ? record : null;
    } catch {
      return null;
    }
  }
}
