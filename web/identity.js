//! Who this tab plays as. One user for the whole browser, unless a tab has chosen to be somebody else.

const NAME = 'umbra.userName';
const OWN_TAB = 'umbra.ownTab';

export class Identity {
  #shared;
  #tab;

  /** @param {Storage} shared  of the browser: tabs take the session over from one another
   *  @param {Storage} tab     of this tab alone: its user is another one */
  constructor(shared, tab) {
    this.#shared = shared;
    this.#tab = tab;
  }

  get ownTab() { return this.#tab.getItem(OWN_TAB) !== null; }
  get storage() { return this.ownTab ? this.#tab : this.#shared; }
  /** Where in `storage` the client keeps the session; in a tab of its own, unlike that of any other tab. */
  get key() { return this.ownTab ? `umbra.session.${this.#tab.getItem(OWN_TAB)}` : 'umbra.session'; }

  get userName() { return this.storage.getItem(NAME) ?? ''; }
  set userName(name) { this.storage.setItem(NAME, name); }
  /** A name to begin with, in the box: the last one used in this browser. */
  get suggestedName() { return this.userName || this.#shared.getItem(NAME) || ''; }
  get signedIn() { return this.storage.getItem(this.key) !== null; }

  /** From now on this tab is somebody else. */
  leaveSharedUser() {
    this.#tab.setItem(OWN_TAB, String(Math.floor(Math.random() * 2 ** 40)));
  }

  /** A new name is a new user: the old session is not gone on with. */
  forgetSession() {
    this.storage.removeItem(this.key);
  }
}
