//! The types of the package against the protocol of `crates/protocol`: they cannot drift from it unnoticed.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CloseCode, MAX_MESSAGE_BYTES, MAX_PENDING } from '../umbra.js';
import { names } from './golden.js';
import { complaints, complaintsAboutUsage } from './types/compiler.js';
import { goldenProgram } from './types/program.js';

test('every golden frame has its type; with a field too many, missing or of another type it has not', async () => {
  const program = goldenProgram('./types.js');
  assert.ok(program.match(/@ts-expect-error/g).length > 1000, 'it tries what is nearly right');
  assert.deepEqual(await complaints(goldenProgram), [[]]);
});

test('types that have drifted would be noticed, however little', async () => {
  const drifts = [
    ['a field that the server does not send', 'USER_JOINED: { seat: number | null;', 'USER_JOINED: { chair?: string; seat: number | null;'],
    ['a field that is not there', 'CHAT: { uid: string; userName: string;', 'CHAT: { uid: string;'],
    ['a field that is said to be optional', 'HOST_CHANGED: { uid: string }', 'HOST_CHANGED: { uid?: string }'],
    ['a null that never comes', 'USER_OFFLINE: { seat: number;', 'USER_OFFLINE: { seat: number | null;'],
    ['a reason that there is not', `| 'CRASHED'`, `| 'CRASHED' | 'BORED'`],
    ['a code that is missing', `| 'NOT_HOST' `, ''],
    ['a type that takes anything', 'deadlineMs: number | null', 'deadlineMs: any'],
  ];
  const edits = drifts.map(([, from, to]) => (types) => {
    assert.equal(types.split(from).length, 2, `the place to break is there: ${from}`);
    return types.replace(from, to);
  });
  const found = await complaints(goldenProgram, edits);
  for (const [n, [drift]] of drifts.entries()) assert.ok(found[n].length > 0, drift);
});

test('TypeScript as people write it compiles, and what is marked as wrong in it does not', async () => {
  assert.deepEqual(await complaintsAboutUsage(), []);
});

test('the numbers that the module carries are those of the server', () => {
  assert.deepEqual(Object.entries(CloseCode), names.closeCodes.map(({ name, code }) => [name, code]));
  assert.equal(MAX_PENDING, names.limits.repliesKept);
  const settings = readFileSync(new URL('../../../umbra.toml.example', import.meta.url), 'utf8');
  assert.equal(MAX_MESSAGE_BYTES, Number(/max_message_bytes = ([\d_]+)/.exec(settings)[1].replaceAll('_', '')));
});
