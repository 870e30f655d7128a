//! The golden frames, which lie in one place for all clients: crates/protocol/golden.

import { readFileSync } from 'node:fs';

const read = (file) => JSON.parse(readFileSync(new URL(`../../../crates/protocol/golden/${file}`, import.meta.url), 'utf8'));

/** `{client: {NAME: {json, bincodeHex}}, server: {…}}`; see the README beside it. */
export const golden = read('frames.json');
/** Names, numbers and limits that no single frame shows. */
export const names = read('names.json');
