//! Nonsense for a client to hear: golden frames, bent at random from a seed.

import { golden } from './golden.js';

const FRAMES = Object.values(golden.server).map(({ json }) => json);
const VALUES = [null, true, -1, 0, 1.5, 2 ** 53, 1e308, '', 'x', '\u0000', '\ud800', [], [[]], {}, { id: 'OK' }];
const IDS = ['OK', 'ERROR', 'CHAT', 'RESYNC', 'PONG', 'REPLACED', 'SERVER_DRAINING', 'WINKED', 'state', '__proto__', '*', 7, null];

/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Chance {
  constructor(seed) { this.#at = seed >>> 0; }
  #at;

  /** 0 to n - 1. */
  below(n) {
    this.#at = (this.#at + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#at ^ (this.#at >>> 15), 1 | this.#at);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  }

  of(list) { return list[this.below(list.length)]; }
}

/** The seed of this run: `UMBRA_SEED`, or a new one. A failing test names it. */
export const seed = Number(process.env.UMBRA_SEED ?? Math.floor(Math.random() * 2 ** 32));

/** Something that a socket may hand over. */
export function nonsense(chance) {
  const frame = structuredClone(chance.of(FRAMES));
  const bends = [
    () => bent(chance, frame),
    () => bent(chance, bent(chance, frame)),
    () => ({ ...frame, id: chance.of(IDS) }),
    () => ({ ...frame, seq: chance.of([...VALUES, 1, 2, 1000]) }),
    () => ({ ...frame, ref: chance.of([...VALUES, 1, 2, 1000]) }),
    () => ({ ...frame, body: chance.of(VALUES) }),
    () => chance.of(VALUES),
    () => frame,
  ];
  const text = JSON.stringify(chance.of(bends)()) ?? '';
  const forms = [
    () => text,
    () => text,
    () => text.slice(0, chance.below(text.length + 1)),
    () => text.slice(chance.below(text.length + 1)),
    () => spoilt(chance, text),
    () => text + text,
    () => '['.repeat(20_000 + chance.below(100)),
    () => `{"id":"CHAT","seq":1,"body":{"uid":"u","userName":"B","text":"${'x'.repeat(300_000)}"}}`,
    () => new ArrayBuffer(chance.below(50)),
    () => undefined,
  ];
  return chance.of(forms)();
}

/** A frame with one field gone, of another kind, or too many. */
function bent(chance, frame) {
  const copy = structuredClone(frame);
  const places = [];
  const walk = (value) => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push([value, key]);
      walk(value[key]);
    }
  };
  walk(copy);
  const [parent, key] = chance.of(places);
  if (chance.below(3) === 0) delete parent[key];
  else if (chance.below(8) === 0) parent.zzz = chance.of(VALUES);
  else parent[key] = chance.of(VALUES);
  return copy;
}

function spoilt(chance, text) {
  const at = chance.below(text.length + 1);
  return text.slice(0, at) + String.fromCharCode(chance.below(0x250)) + text.slice(at + 1);
}
