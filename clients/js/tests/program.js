//! A program on this client that does as its standard input says and prints what it is told: the JavaScript player of
//! `clients/scenarios`, which every client of this repository is put through.
//!
//! In, a line each: `{"connect": {"url", "userName", "answerMs"}}`, `{"ask": {"id", "body"}}`, `{"leave": {}}`.
//! Out, a line each: `{"told": …}` with an event in the words of the Rust clients, `{"answered": n, "ok": body}` or
//! `{"answered": n, "error": {"code", "message"}}` for what was asked, counted from 1.

import { createInterface } from 'node:readline';
import WebSocket from 'ws';
import { CloseCode, UmbraClient } from '../umbra.js';
import { names } from './golden.js';

let umbra;
let asked = 0;
let leaving = false;

/** A connection that is let go breaks off, as the scenarios want it; a page can only close one. */
class Breaking extends WebSocket {
  close(code) {
    if (leaving) super.close(code);
    else this.terminate();
  }
}

const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** What is told in one turn, in the order in which the Rust clients tell it: an error before the loss that it explains, and
 *  that the client is online before what the room is. */
const turn = [];
function tell(event, before = () => false) {
  if (turn.length === 0) queueMicrotask(() => { for (const told of turn.splice(0)) print({ told }); });
  const at = turn.findIndex(before);
  turn.splice(at < 0 ? turn.length : at, 0, event);
}

function ending({ name, code, message }) {
  if (name === 'replaced') return 'Replaced';
  if (name === 'closed') return 'Caller';
  return code in CloseCode ? { Code: CloseCode[code] } : { Refused: { code, message } };
}

function onState(state) {
  if (state.name === 'online') {
    tell({ Online: { resumed: !turn.some((event) => event.Sync) } }, (event) => event.Sync);
  } else if (state.name === 'offline') {
    tell({ Offline: { code: state.code === 1006 ? null : state.code, retry_in: { secs: 0, nanos: 0 } } });
  } else if (['replaced', 'refused', 'closed'].includes(state.name)) {
    tell({ Closed: ending(state) });
  }
}

const orders = {
  connect({ url, userName, answerMs }) {
    umbra = new UmbraClient({ url, userName, answerMs, WebSocket: Breaking, baseMs: 20 });
    umbra.on('state', onState);
    umbra.on('sync', ({ room }) => tell({ Sync: { epoch: umbra.position.epoch, room } }));
    umbra.on('*', (body, { id, seq }) => tell(names.events.includes(id) ? { Event: { seq, event: { [id]: body } } } : { Unknown: { id } }));
    umbra.on('SERVER_DRAINING', ({ reconnectAfterMs: ms }) => {
      tell({ Draining: { reconnect_after: { secs: Math.floor(ms / 1000), nanos: (ms % 1000) * 1e6 } } });
    });
    umbra.on('error', ({ code, message }) => {
      if (code === 'BAD_FRAME') tell({ Unreadable: { why: message } }, (event) => event.Offline);
      else if (code !== 'UNKNOWN_ID') tell({ Misread: { code, message } });
    });
    umbra.connect();
  },

  ask({ id, body }) {
    const answered = (asked += 1);
    umbra.send(id, body).then(
      (ok) => print({ answered, ok }),
      ({ code, message }) => print({ answered, error: { code, message } }),
    );
  },

  leave() {
    leaving = true;
    umbra.close();
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [[order, what]] = Object.entries(JSON.parse(line));
  orders[order](what);
}
process.exit();
