//! What the page knows of its room: a pure function from state and input to the next state. No clock, no socket, no DOM.
//!
//! ```text
//! state = { me: {uid, userName} | null,
//!           room: RoomSnapshot | null,                  kept up to date by the events
//!           match: Match | null,                        the running match, or the last one seen to its end
//!           feed: [{n, kind: 'chat', uid, name, text} | {n, kind: 'log', key, values}],
//!           notice: {n, key, values} | null }           why we are no longer in a room
//! Match = { players: [{seat, uid, userName}], view, history: [event], outcome: null | any, over: bool }
//! ```
//! Inputs: `{type: 'sync', me, room}`, `{type: 'joined', room}`, `{type: 'left'}`, `{type: 'event', id, body}`.

import { gameOf } from './games/registry.js';

/** Entries kept; older ones are forgotten. A page that is open for days must not grow. */
export const FEED_MAX = 300;
export const HISTORY_MAX = 600;

export const initialState = { me: null, room: null, match: null, feed: [], notice: null, n: 0 };

export function reduce(state, input) {
  switch (input.type) {
    case 'sync': return enter({ ...state, me: input.me }, input.room);
    case 'joined': return enter(state, input.room);
    case 'left': return { ...state, room: null, match: null };
    case 'event': return state.room || input.id === 'ROOM_DISSOLVED' || input.id === 'KICKED' ? event(state, input.id, input.body) : state;
    default: throw new Error(`no such input: ${input.type}`);
  }
}

/** Somebody of the room or of its match by seat: who left in the middle is still called by name. */
export function nameOfSeat(state, seat) {
  const sitting = state.room?.players.find((player) => player.seat === seat);
  return (state.match?.players.find((player) => player.seat === seat) ?? sitting)?.userName ?? `#${seat + 1}`;
}

/** The seats that the table waits for now: those who have the turn and have not done their part. */
export function waitingFor(room, match) {
  return room.turn?.seats.filter((seat) => !gameOf(room.game).acted?.(match.view, seat)) ?? [];
}

/** Why the host cannot start yet, as `{key, values}`; null when nothing is in the way. */
export function startObstacle(room) {
  const least = gameOf(room.game).seats?.[0] ?? 1;
  if (room.players.length < least) return { key: 'room.needPlayers', values: { n: least } };
  const waiting = room.players.filter((player) => !player.ready && player.uid !== room.host);
  if (waiting.length === 0) return null;
  return { key: 'room.needReady', values: { names: waiting.map((player) => player.userName).join(', ') } };
}

/** A whole room replaces all that was known of it; the chat goes on if it is the same room. */
function enter(state, room) {
  const same = room && state.room?.roomId === room.roomId;
  const running = room?.phase === 'IN_GAME';
  const match = running ? begin(room.players, room.view) : same && state.match?.over ? state.match : null;
  return { ...state, room, match, feed: same ? state.feed : [], notice: null };
}

const begin = (players, view) => ({
  players: players.map(({ seat, uid, userName }) => ({ seat, uid, userName })), view, history: [], outcome: null, over: false,
});

function event(state, id, body) {
  const { room } = state;
  const name = body.userName ?? nameOfUid(state, body.uid);
  switch (id) {
    case 'USER_JOINED': return log(change(state, join(room, body, state.me?.uid)), body.seat === null ? 'log.watching' : 'log.joined', { name });
    case 'USER_LEFT': return leave(state, body, name);
    case 'USER_OFFLINE': return log(change(state, player(room, body.uid, { online: false })), 'log.offline', { name });
    case 'USER_ONLINE': return log(change(state, player(room, body.uid, { online: true })), 'log.online', { name });
    case 'USER_READY': return log(change(state, player(room, body.uid, { ready: body.ready })), body.ready ? 'log.ready' : 'log.unready', { name });
    case 'HOST_CHANGED': return log(change(state, { host: body.uid }), 'log.host', { name });
    case 'CHAT': return feed(state, { kind: 'chat', uid: body.uid, name: body.userName, text: body.text });
    case 'ROOM_DISSOLVED': return room ? out(state, `notice.dissolved.${body.reason}`) : state;
    case 'KICKED': return room ? out(state, 'notice.KICKED') : state;
    case 'GAME_STARTED': {
      const started = { ...state, match: begin(room.players, body.view) };
      return log(turn(change(started, { phase: 'IN_GAME' }), body.turn), 'log.started');
    }
    case 'TURN_STARTED': return turn(state, body);
    case 'TURN_SKIPPED': return log(state, `log.skipped.${body.reason}`, { name: nameOfSeat(state, body.seat) });
    case 'GAME_EVENT': return gameEvent(state, body.event);
    case 'GAME_OVER': {
      const players = room.players.map((each) => ({ ...each, ready: false }));
      const match = state.match && { ...state.match, outcome: body.outcome, over: true };
      return log({ ...change(state, { phase: 'WAITING', turn: null, view: null, lastOutcome: body.outcome, players }), match }, 'log.over');
    }
    // A later server may tell of more than this page knows; that is no reason to stop.
    default: return state;
  }
}

const change = (state, changes) => ({ ...state, room: { ...state.room, ...changes } });

function nameOfUid({ room }, uid) {
  return [...(room?.players ?? []), ...(room?.spectators ?? [])].find((user) => user.uid === uid)?.userName ?? '?';
}

function join(room, { seat, uid, userName }, me) {
  const others = room.players.filter((each) => each.uid !== uid);
  const spectators = room.spectators.filter((each) => each.uid !== uid);
  if (seat === null) return { players: others, spectators: [...spectators, { uid, userName }] };
  const players = [...others, { seat, uid, userName, online: true, ready: false }].sort((a, b) => a.seat - b.seat);
  return { players, spectators, mySeat: uid === me ? seat : room.mySeat };
}

function leave(state, { seat, uid, reason }, name) {
  if (uid === state.me?.uid) return out(state, ['LEFT', 'FLED'].includes(reason) ? null : `notice.left.${reason}`);
  const { room } = state;
  const left = change(state, {
    players: room.players.filter((each) => each.uid !== uid),
    spectators: room.spectators.filter((each) => each.uid !== uid),
  });
  const told = log(left, `log.left.${reason}`, { name });
  if (room.phase !== 'IN_GAME' || seat === null || !told.match) return told;
  return view(told, (seen) => gameOf(room.game).left?.(seen, seat) ?? seen);
}

const player = (room, uid, changes) => ({ players: room.players.map((each) => (each.uid === uid ? { ...each, ...changes } : each)) });

function turn(state, now) {
  const next = change(state, { turn: now ?? null });
  return now ? view(next, (seen) => gameOf(next.room.game).turn?.(seen, now) ?? seen) : next;
}

function gameEvent(state, happened) {
  const game = gameOf(state.room.game);
  if (!state.match) return state;
  const history = [...state.match.history, happened].slice(-HISTORY_MAX);
  const next = view({ ...state, match: { ...state.match, history } }, (seen) => game.event?.(seen, happened) ?? seen);
  const line = game.line?.(happened, (seat) => nameOfSeat(next, seat));
  return line ? log(next, line.key, line.values) : next;
}

/** What a game sees is its own business: only its module changes it. */
function view(state, see) {
  return state.match ? { ...state, match: { ...state.match, view: see(state.match.view) } } : state;
}

const log = (state, key, values = {}) => feed(state, { kind: 'log', key, values });

function feed(state, entry) {
  const n = state.n + 1;
  return { ...state, n, feed: [...state.feed, { n, ...entry }].slice(-FEED_MAX) };
}

const out = (state, key) => ({ ...state, room: null, match: null, n: state.n + 1, notice: key && { n: state.n + 1, key, values: {} } });
