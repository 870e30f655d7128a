//! Reading a frame: every golden frame is read, and what is nearly one is refused with a sentence that says what is wrong.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkReply, readFrame } from '../umbra.frames.js';
import { golden } from './golden.js';

const MANY = 1 << 20;
const server = Object.entries(golden.server).map(([name, { json }]) => [name, json]);

/** What is asked for by the name of a golden `OK`. */
const asked = (name) => (name === 'OK without a ref' ? 'HELLO' : /^OK to (\w+)$/.exec(name)?.[1] ?? 'GAME_START');

function read(name, frame) {
  const found = readFrame(JSON.stringify(frame), MANY);
  if (found.id === 'OK') checkReply(asked(name), found.body);
  return found;
}

/** Every place in a frame at which a field of the protocol stands: what a game defines has no form. */
function* places(value, path = []) {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    yield [...path, Array.isArray(value) ? Number(key) : key];
    if (!['options', 'view', 'event', 'outcome', 'lastOutcome'].includes(key)) yield* places(value[key], [...path, key]);
  }
}

function changed(frame, path, change) {
  const copy = structuredClone(frame);
  const parent = path.slice(0, -1).reduce((at, key) => at[key], copy);
  change(parent, path.at(-1));
  return copy;
}

test('every golden frame is read as what it is', () => {
  const kinds = { reply: 0, event: 0, control: 0 };
  for (const [name, frame] of server) {
    const { kind, id, ref, seq, body, known } = read(name, frame);
    assert.deepEqual({ id, ...(ref === undefined ? {} : { ref }), ...(seq === undefined ? {} : { seq }), body }, { body: {}, ...frame }, name);
    assert.ok(known, name);
    kinds[kind] += 1;
  }
  assert.ok(Object.values(kinds).every((count) => count > 2), JSON.stringify(kinds));
});

test('every golden frame without one of its fields is refused, and the sentence names it', () => {
  let tried = 0;
  for (const [name, frame] of server) {
    if (name === 'OK to GAME_ACTION') continue; // the game's own answer
    for (const path of places(frame)) {
      const key = path.at(-1);
      if (key === 'body' || typeof key === 'number') continue; // may be left out; a shorter list is a list
      const without = changed(frame, path, (parent) => { delete parent[key]; });
      assert.throws(() => read(name, without), (error) => error.name === 'BadFrame' && error.message.includes(key), `${name} without ${path.join('.')}`);
      tried += 1;
    }
  }
  assert.ok(tried > 200, `${tried} fields`);
});

test('every golden frame with a field of another type is refused', () => {
  for (const [name, frame] of server) {
    if (name === 'OK to GAME_ACTION') continue;
    for (const path of places(frame)) {
      const key = path.at(-1);
      if (['view', 'event', 'outcome', 'lastOutcome'].includes(key)) continue; // any value will do
      for (const wrong of [[1], { wrong: 1 }, true, -1.5, 'low case']) {
        const value = path.reduce((at, step) => at[step], frame);
        if (typeof value === typeof wrong && Array.isArray(value) === Array.isArray(wrong) && typeof value !== 'number') continue;
        const bad = changed(frame, path, (parent) => { parent[key] = wrong; });
        assert.throws(() => read(name, bad), { name: 'BadFrame' }, `${name} with ${path.join('.')} ${JSON.stringify(wrong)}`);
      }
    }
  }
});

test('every golden frame that is cut off is refused', () => {
  for (const [name, frame] of server) {
    const text = JSON.stringify(frame);
    for (let cut = 0; cut < text.length; cut++) assert.throws(() => readFrame(text.slice(0, cut), MANY), { name: 'BadFrame' }, name);
  }
});

test('what a newer server may have added is let through and told apart', () => {
  const chat = golden.server.CHAT.json;
  assert.equal(readFrame(JSON.stringify({ ...chat, more: 1, body: { ...chat.body, colour: 'red' } }), MANY).known, true);
  assert.deepEqual(readFrame('{"id":"WINKED","seq":3,"body":{"at":1}}', MANY), { kind: 'event', id: 'WINKED', seq: 3, body: { at: 1 }, known: false });
  assert.deepEqual(readFrame('{"id":"WEATHER"}', MANY), { kind: 'control', id: 'WEATHER', body: {}, known: false });
  assert.ok(readFrame('{"id":"USER_LEFT","seq":1,"body":{"seat":null,"uid":"u","reason":"ABDUCTED"}}', MANY));
  assert.ok(readFrame('{"id":"ERROR","ref":1,"body":{"code":"TOO_LOUD","message":"sh"}}', MANY));
});

test('ids that mean something to JavaScript or to this client mean nothing in a frame', () => {
  for (const id of ['state', 'sync', 'error', '*', '__proto__', 'constructor', 'toString', '', 'Ok']) {
    for (const seq of [1, undefined]) assert.equal(readFrame(JSON.stringify({ id, seq, body: {} }), MANY).known, false, id);
  }
});

test('what stands in the wrong place, or is no number that there can be, is refused', () => {
  for (const text of ['{"id":"KICKED","seq":1,"body":null}', '{"id":"CHAT","body":{}}', '{"id":"PONG","seq":1,"body":{"clientTimeMs":1,"serverTimeMs":1}}',
    '{"id":"KICKED","seq":0,"body":{}}', '{"id":"KICKED","seq":9007199254740992,"body":{}}', '{"id":"OK","ref":"1","body":{}}', 'null', '[]', '7', '"OK"']) {
    assert.throws(() => readFrame(text, MANY), { name: 'BadFrame' }, text);
  }
});

test('a frame is as long as it may be, and one character more is not even parsed', () => {
  const text = JSON.stringify(golden.server.CHAT.json);
  assert.equal(readFrame(text, text.length).id, 'CHAT');
  assert.throws(() => readFrame(text, text.length - 1), /at most/);
});

test('what is not text is refused, whatever it is', () => {
  for (const data of [new ArrayBuffer(4), new Uint8Array(3), Buffer.from('{}'), new Blob(['{}']), undefined, null, {}, 7]) {
    assert.throws(() => readFrame(data, MANY), /binary/);
  }
});
