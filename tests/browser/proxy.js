//! A wire that can be cut: a TCP proxy before the server, one for each player who is to lose the connection.

import { connect, createServer } from 'node:net';

export class Proxy {
  #pairs = new Set();
  #listener;
  #cut = false;
  /** How many connections ever came through: a test that cuts wants to see the next one come. */
  accepted = 0;

  static async before(port) {
    const proxy = new Proxy();
    proxy.#listener = createServer((near) => proxy.#join(near, port));
    await new Promise((resolve) => { proxy.#listener.listen(0, '127.0.0.1', resolve); });
    return proxy;
  }

  get address() { return `127.0.0.1:${this.#listener.address().port}`; }

  #join(near, port) {
    if (this.#cut) return near.destroy();
    this.accepted += 1;
    const far = connect(port, '127.0.0.1');
    const pair = [near, far];
    this.#pairs.add(pair);
    for (const side of pair) {
      side.on('error', () => {});
      side.on('close', () => {
        pair.forEach((each) => each.destroy());
        this.#pairs.delete(pair);
      });
    }
    near.pipe(far).pipe(near);
  }

  /** Every connection breaks, and none is let in until `mend`. */
  cut() {
    this.#cut = true;
    for (const pair of this.#pairs) pair.forEach((side) => side.destroy());
  }

  mend() { this.#cut = false; }

  close() {
    this.cut();
    this.#listener.close();
  }
}
