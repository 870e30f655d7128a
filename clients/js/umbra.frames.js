//! What an Umbra server may say, and the reading of it: nothing reaches the client (`umbra.js`) that has not its form.
//!
//! The forms are those of docs/PROTOCOL.md, sections 2 to 5; `tests/frames.test.js` holds them to the golden frames of
//! `crates/protocol`. As in the rest of the protocol, fields that are not known are let through, and so are names (of
//! reasons, codes, phases) that a newer server may have added: only what is missing or of another type is refused.

/** How the server's ids are written. Whatever is not, is nothing that a program can have asked to hear. */
export const NAME = /^[A-Z][A-Z0-9_]*$/;

/** A frame that is not what it should be; the message names the field. */
export class BadFrame extends Error {
  name = 'BadFrame';
}

// ---- forms: each checks a value and throws a `BadFrame` that says where in the frame it stands ----------------------

const form = (expected, fits) => (value, at) => {
  if (!fits(value)) throw new BadFrame(`${at} is ${brief(value)}, expected ${expected}`);
};
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const string = form('a string', (value) => typeof value === 'string');
const name = form('a name in capitals', (value) => typeof value === 'string' && NAME.test(value));
const flag = form('true or false', (value) => typeof value === 'boolean');
const count = form('an integer from 0', (value) => Number.isSafeInteger(value) && value >= 0);
const place = form('an integer from 1', (value) => Number.isSafeInteger(value) && value >= 1);
const integer = form('an integer', Number.isInteger);
const seat = form('a seat from 0 to 255', (value) => Number.isInteger(value) && value >= 0 && value <= 255);
const object = form('an object', isObject);
/** Whatever a game defines. */
const any = form('a value', (value) => value !== undefined);
const orNull = (inner) => (value, at) => value === null || inner(value, at);
const list = (inner) => (value, at) => {
  if (!Array.isArray(value)) throw new BadFrame(`${at} is ${brief(value)}, expected a list`);
  value.forEach((element, i) => inner(element, `${at}[${i}]`));
};
const fields = (shape) => (value, at) => {
  object(value, at);
  for (const [key, inner] of Object.entries(shape)) inner(Object.hasOwn(value, key) ? value[key] : undefined, `${at}.${key}`);
};

function brief(value) {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  return JSON.stringify(typeof value === 'string' ? value.slice(0, 40) : value);
}

// ---- what there is --------------------------------------------------------------------------------------------------

const turn = fields({ seats: list(seat), phase: string, deadlineMs: orNull(count) });
const player = fields({ seat, uid: string, userName: string, online: flag, ready: flag });
const spectator = fields({ uid: string, userName: string });
const room = fields({
  roomId: string, game: string, phase: name, host: string, private: flag, seats: count, options: object,
  players: list(player), spectators: list(spectator), mySeat: orNull(seat), turn: orNull(turn), view: any, lastOutcome: any,
});
const roomLine = fields({ roomId: string, game: string, phase: name, seatsTaken: count, seats: count, host: string });

const EVENTS = new Map(Object.entries({
  USER_JOINED: fields({ seat: orNull(seat), uid: string, userName: string }),
  USER_LEFT: fields({ seat: orNull(seat), uid: string, reason: name }),
  USER_OFFLINE: fields({ seat, uid: string }),
  USER_ONLINE: fields({ seat, uid: string }),
  USER_READY: fields({ seat, uid: string, ready: flag }),
  HOST_CHANGED: fields({ uid: string }),
  GAME_STARTED: fields({ view: any, turn: orNull(turn) }),
  TURN_STARTED: turn,
  TURN_SKIPPED: fields({ seat, reason: name }),
  GAME_EVENT: fields({ event: any }),
  GAME_OVER: fields({ outcome: any }),
  CHAT: fields({ uid: string, userName: string, text: string }),
  ROOM_DISSOLVED: fields({ reason: name }),
  RESYNC: fields({ epoch: count, room: orNull(room) }),
  KICKED: object,
}));

const CONTROLS = new Map(Object.entries({
  PONG: fields({ clientTimeMs: integer, serverTimeMs: count }),
  REPLACED: object,
  SERVER_DRAINING: fields({ reconnectAfterMs: count }),
}));

const refusal = fields({ code: name, message: string });
const withRoom = fields({ room });

/** By what was asked. Everything else is answered with an object of any kind. */
const REPLIES = new Map(Object.entries({
  HELLO: fields({
    uid: string, userName: string, session: string, epoch: count, resumed: flag, lastRef: count,
    serverTimeMs: count, heartbeatMs: count, graceMs: count, room: orNull(room),
  }),
  ROOM_LIST: fields({ rooms: list(roomLine) }),
  ROOM_CREATE: withRoom,
  ROOM_JOIN: withRoom,
  ROOM_QUICK_JOIN: withRoom,
}));

/**
 * Reads one frame.
 * @param {unknown} data         what the socket handed over
 * @param {number} charsMax      characters past which it is not even parsed
 * @returns {{kind: 'reply'|'event'|'control', id: string, ref?: number|null, seq?: number, body: object, known: boolean}}
 *          `known: false` is something of a newer server, to be skipped; its `id` may be any text
 * @throws {BadFrame}
 */
export function readFrame(data, charsMax) {
  if (typeof data !== 'string') throw new BadFrame('the frame is binary, expected text');
  if (data.length > charsMax) throw new BadFrame(`the frame has ${data.length} characters, expected at most ${charsMax}`);
  const frame = parse(data);
  if (!isObject(frame)) throw new BadFrame(`the frame is ${brief(frame)}, expected an object`);
  const { id, ref, seq, body = {} } = frame;
  string(id, 'id');
  object(body, 'body');
  if (id === 'OK' || id === 'ERROR') {
    orNull(place)(ref, 'ref');
    if (id === 'ERROR') refusal(body, 'body');
    return { kind: 'reply', id, ref, body, known: true };
  }
  if (seq === undefined && !EVENTS.has(id)) {
    CONTROLS.get(id)?.(body, 'body');
    return { kind: 'control', id, body, known: CONTROLS.has(id) };
  }
  place(seq, 'seq');
  if (CONTROLS.has(id)) throw new BadFrame(`seq is ${seq}, expected none beside ${id}`);
  EVENTS.get(id)?.(body, 'body');
  return { kind: 'event', id, seq, body, known: EVENTS.has(id) };
}

/**
 * Checks the body of an `OK` against what was asked.
 * @param {string} asked         the id of the message that it answers
 * @param {object} body
 * @throws {BadFrame}
 */
export function checkReply(asked, body) {
  REPLIES.get(asked)?.(body, 'body');
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadFrame('the frame is not JSON');
  }
}
