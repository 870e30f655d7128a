//! Writes a TypeScript program that compiles exactly if the types fit the golden frames: each frame as a value of its type,
//! and beside it everything that is nearly it, marked as an error. A mark without an error is an error too.

import { golden, names } from '../golden.js';

/** By message: where what a game defines begins. Nothing below is looked at. */
const OF_THE_GAME = new Set(['options', 'action', 'view', 'event', 'outcome', 'lastOutcome', 'value']);

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const union = (list) => list.map((each) => JSON.stringify(each)).join(' | ') || 'never';

/** The names of enumerations, by the field that holds one. */
function enumeration(id, parent, key) {
  if (key === 'reason') return { USER_LEFT: names.leaveReasons, TURN_SKIPPED: names.skipReasons, ROOM_DISSOLVED: names.dissolveReasons }[id];
  if (key === 'phase' && 'roomId' in parent) return names.phases;
  if (key === 'as') return names.joinAs;
  if (key === 'code') return names.errorCodes;
  return undefined;
}

/** The type of each golden frame. */
function typeOf(side, name, { id }) {
  if (side === 'client') return `Extract<T.ClientFrame, { id: '${id}' }>`;
  if (id === 'ERROR') return 'T.ErrorFrame';
  if (id === 'OK') return `T.OkFrame<${okBody(name)}>`;
  return names.events.includes(id) ? `Extract<T.EventFrame, { id: '${id}' }>` : `Extract<T.ControlFrame, { id: '${id}' }>`;
}

function okBody(name) {
  if (name === 'OK') return `T.Replies['GAME_START']`;
  if (name === 'OK to HELLO' || name === 'OK without a ref') return 'T.HelloOk';
  const [, asked] = /^OK to (\w+)$/.exec(name) ?? [];
  if (!asked) throw new Error(`what is answered by the golden frame "${name}"?`);
  return `T.Replies['${asked}']`;
}

/** The program for the golden frames. `types` is what to import the types from. */
export function goldenProgram(types) {
  const samples = [];
  for (const side of ['client', 'server']) {
    for (const [name, { json }] of Object.entries(golden[side])) samples.push({ type: typeOf(side, name, json), frame: json });
  }
  return [head(types), ...checks(samples, optional), ...closedLists(samples)].join('\n');
}

/** The program for frames that a server sent in a match of `game` (a type of the package). */
export function matchProgram(types, game, frames) {
  const samples = frames.map(({ id, body }) => ({ type: `{ id: '${id}'; body: T.Events<T.${game}>['${id}'] }`, frame: { id, body } }));
  // One match does not show where null may stand.
  return [head(types), ...checks(samples, () => false, { opaque: new Set(['value']), nulls: false })].join('\n');
}

const head = (types) => `import type * as T from ${JSON.stringify(types)};
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;`;

/** What may be left out: of the envelope, and of the body what the server's own reading does without. */
function optional(frame, path, key) {
  if (path.length === 0) return key === 'ref' || key === 'ack';
  return path.length === 1 && (names.optionalFields[frame.id]?.includes(key) ?? false);
}

function checks(samples, mayBeMissing, { opaque = OF_THE_GAME, nulls = true } = {}) {
  const nullable = new Set();
  for (const { frame } of samples) visit(frame, opaque, (parent, key) => { if (parent[key] === null) nullable.add(place(parent, key)); });
  const lines = [];
  const write = (type, value) => lines.push(`export const v${lines.length}: ${type} = ${JSON.stringify(value)};`);
  const wrong = (type, value) => lines.push('// @ts-expect-error', `export const v${lines.length}: ${type} = ${JSON.stringify(value)};`);
  for (const { type, frame } of samples) {
    write(type, frame);
    const bodyIsTheGames = type === `T.OkFrame<T.Replies['GAME_ACTION']>`;
    visit(frame, opaque, (parent, key, path) => {
      if (key === 'id' || (bodyIsTheGames && path.length > 0)) return;
      if (!mayBeMissing(frame, path, key)) wrong(type, without(frame, [...path, key]));
      if (opaque.has(key)) return;
      const value = parent[key];
      if (value !== null) wrong(type, replaced(frame, [...path, key], otherType(value)));
      if (nulls && value !== null && !nullable.has(place(parent, key))) wrong(type, replaced(frame, [...path, key], null));
      if (enumeration(frame.id, parent, key)) wrong(type, replaced(frame, [...path, key], 'NO_SUCH'));
    });
    objects(frame, opaque, (path) => { if (!(bodyIsTheGames && path.length > 0)) wrong(type, replaced(frame, [...path, 'zzz'], 1)); });
  }
  return lines;
}

/** Ids, codes and fields as wholes: what a type has beyond them would fit every frame. */
function closedLists(samples) {
  const lists = [
    ['keyof T.ClientBodies', names.clientMessages],
    ['keyof T.Requests', names.clientMessages.filter((id) => id !== 'HELLO' && id !== 'PING')],
    ['keyof T.Replies', names.clientMessages.filter((id) => id !== 'HELLO' && id !== 'PING')],
    ['keyof T.Events', names.events],
    ['keyof T.Controls', names.controls],
    ['T.ErrorCode', names.errorCodes],
    ['T.LeaveReason', names.leaveReasons],
    ['T.SkipReason', names.skipReasons],
    ['T.DissolveReason', names.dissolveReasons],
    ['T.Phase', names.phases],
    [`NonNullable<T.Requests['ROOM_JOIN']['as']>`, names.joinAs],
    ['T.CloseCode', names.closeCodes.map(({ code }) => code)],
    ['keyof typeof T.CloseCode', names.closeCodes.map(({ name }) => name)],
    ...fieldsByType(samples),
  ];
  const lines = lists.map(([type, list], n) => `export const list${n}: Same<${type}, ${union(list)}> = true;`);
  for (const { name, code } of names.closeCodes) lines.push(`export const ${name}: Same<typeof T.CloseCode.${name}, ${code}> = true;`);
  return lines;
}

function fieldsByType(samples) {
  const found = new Map();
  const add = (type, value) => {
    if (isObject(value)) found.set(type, new Set([...(found.get(type) ?? []), ...Object.keys(value)]));
  };
  for (const { type, frame: { id, body } } of samples) {
    if (id === 'HELLO' || type.includes("'GAME_ACTION'") && id === 'OK') continue;
    const map = names.clientMessages.includes(id) ? 'ClientBodies' : names.events.includes(id) ? 'Events' : 'Controls';
    if (id === 'ERROR') add('T.WireError', body);
    else if (id === 'OK') add(/<(.*)>$/.exec(type)[1], body);
    else add(`T.${map}['${id}']`, body);
    add('T.Turn', body.turn);
    for (const room of [body.room].filter(isObject)) {
      add('T.RoomSnapshot', room);
      add('T.Turn', room.turn);
      room.players.forEach((player) => add('T.PlayerInfo', player));
      room.spectators.forEach((spectator) => add('T.SpectatorInfo', spectator));
    }
    body.rooms?.forEach((line) => add('T.RoomSummary', line));
  }
  // `keyof` of a body without fields is that of its index signature.
  return [...found].filter(([, keys]) => keys.size > 0).map(([type, keys]) => [`keyof ${type}`, [...keys]]);
}

// ---- walking through a frame ----------------------------------------------------------------------------------------

/** Calls `found(parent, key, path of parent)` for each field that is not inside of what a game defines. */
function visit(value, opaque, found, path = []) {
  if (Array.isArray(value)) value.forEach((each, i) => visit(each, opaque, found, [...path, i]));
  if (!isObject(value)) return;
  for (const key of Object.keys(value)) {
    found(value, key, path);
    if (!opaque.has(key)) visit(value[key], opaque, found, [...path, key]);
  }
}

function objects(value, opaque, found, path = []) {
  if (Array.isArray(value)) value.forEach((each, i) => objects(each, opaque, found, [...path, i]));
  if (!isObject(value)) return;
  found(path);
  for (const key of Object.keys(value)) if (!opaque.has(key)) objects(value[key], opaque, found, [...path, key]);
}

/** A field of a kind of object, wherever it stands: known by the object's other fields. */
const place = (parent, key) => `${Object.keys(parent).sort().join()}:${key}`;

function otherType(value) {
  if (typeof value === 'string') return 7;
  return typeof value === 'number' ? '7' : 'neither';
}

function replaced(frame, path, value) {
  const copy = structuredClone(frame);
  const last = path.at(-1);
  path.slice(0, -1).reduce((at, key) => at[key], copy)[last] = value;
  return copy;
}

function without(frame, path) {
  const copy = structuredClone(frame);
  delete path.slice(0, -1).reduce((at, key) => at[key], copy)[path.at(-1)];
  return copy;
}
