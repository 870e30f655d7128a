//! What the page makes of the room's events: each test tells a small story and looks at the state in the end.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FEED_MAX, HISTORY_MAX, initialState, nameOfSeat, reduce, startObstacle, waitingFor } from './state.js';

const ANN = { uid: 'a', userName: 'Ann' };
const seated = (seat, uid, userName, more = {}) => ({ seat, uid, userName, online: true, ready: false, ...more });
const snapshot = (more = {}) => ({
  roomId: '8KQ2ZT', game: 'tictactoe', phase: 'WAITING', host: 'a', private: false, seats: 2, options: {},
  players: [seated(0, 'a', 'Ann')], spectators: [], mySeat: 0, turn: null, view: null, lastOutcome: null, ...more,
});
const event = (id, body = {}) => ({ type: 'event', id, body });
const play = (inputs, room = snapshot()) => [{ type: 'sync', me: ANN, room }, ...inputs].reduce(reduce, initialState);
const game = (type, more) => event('GAME_EVENT', { event: { type, ...more } });

const BOB = event('USER_JOINED', { seat: 1, uid: 'b', userName: 'Bob' });
const EMPTY = { board: Array(9).fill(null), marks: ['X', 'O'] };
const STARTED = event('GAME_STARTED', { view: EMPTY, turn: { seats: [0], phase: 'PLACE', deadlineMs: 9 } });

test('who joins sits in seat order, who only watches does not sit, and nobody is there twice', () => {
  const { room } = play([
    event('USER_JOINED', { seat: 2, uid: 'c', userName: 'Cy' }), BOB, BOB,
    event('USER_JOINED', { seat: null, uid: 'd', userName: 'Di' }),
  ], snapshot({ seats: 3 }));
  assert.deepEqual(room.players.map(({ uid }) => uid), ['a', 'b', 'c']);
  assert.deepEqual(room.spectators, [{ uid: 'd', userName: 'Di' }]);
});

test('ready, offline, online and host are seen on the seat concerned', () => {
  const { room } = play([
    BOB, event('USER_READY', { seat: 1, uid: 'b', ready: true }), event('USER_OFFLINE', { seat: 0, uid: 'a' }), event('HOST_CHANGED', { uid: 'b' }),
  ]);
  assert.deepEqual(room.players, [seated(0, 'a', 'Ann', { online: false }), seated(1, 'b', 'Bob', { ready: true })]);
  assert.equal(room.host, 'b');
  assert.equal(reduce(play([BOB]), event('USER_ONLINE', { seat: 0, uid: 'a' })).room.players[0].online, true);
});

test('the host is told why the match cannot start, and when it can', () => {
  assert.equal(startObstacle(snapshot()).key, 'room.needPlayers');
  const two = play([BOB]).room;
  assert.deepEqual(startObstacle(two), { key: 'room.needReady', values: { names: 'Bob' } });
  assert.equal(startObstacle(play([BOB, event('USER_READY', { uid: 'b', ready: true })]).room), null);
});

test('a match runs from its start through its moves to its outcome, and the last table stays to be seen', () => {
  const state = play([
    BOB, event('USER_READY', { seat: 1, uid: 'b', ready: true }), STARTED, game('PLACED', { seat: 0, cell: 4 }),
    event('TURN_STARTED', { seats: [1], phase: 'PLACE', deadlineMs: 19 }), game('PLACED', { seat: 1, cell: 0 }),
  ]);
  assert.deepEqual([state.room.phase, state.room.turn.seats], ['IN_GAME', [1]]);
  assert.deepEqual(state.match.view.board, ['O', null, null, null, 'X', null, null, null, null]);
  const over = reduce(state, event('GAME_OVER', { outcome: { result: 'WIN', winner: 0 } }));
  assert.deepEqual([over.room.phase, over.room.turn, over.room.lastOutcome.winner], ['WAITING', null, 0]);
  assert.deepEqual([over.match.over, over.match.view.board[4]], [true, 'X']);
  assert.deepEqual(over.room.players.map(({ ready }) => ready), [false, false]);
  assert.equal(EMPTY.board[4], null, 'nothing that was handed in is changed');
});

test('who fled is still called by name until the next match', () => {
  const state = play([BOB, STARTED, event('USER_LEFT', { seat: 1, uid: 'b', reason: 'FLED' }), event('GAME_OVER', { outcome: { result: 'WIN', winner: 0 } })]);
  assert.equal(nameOfSeat(state, 1), 'Bob');
  assert.equal(state.room.players.length, 1);
});

test('leaving, being kicked and a dissolved room all end in the lobby, with a reason unless it was our own wish', () => {
  const ends = [
    [event('USER_LEFT', { seat: 0, uid: 'a', reason: 'LEFT' }), null],
    [event('USER_LEFT', { seat: 0, uid: 'a', reason: 'FLED' }), null],
    [event('USER_LEFT', { seat: 0, uid: 'a', reason: 'OFFLINE' }), 'notice.left.OFFLINE'],
    [event('KICKED'), 'notice.KICKED'],
    [event('ROOM_DISSOLVED', { reason: 'HOST' }), 'notice.dissolved.HOST'],
    [{ type: 'left' }, null],
  ];
  for (const [end, key] of ends) {
    const state = play([end]);
    assert.deepEqual([state.room, state.match, state.notice?.key ?? null], [null, null, key]);
  }
});

test('events that come before the room is known, and events nobody knows, change nothing', () => {
  const lobby = reduce(initialState, { type: 'sync', me: ANN, room: null });
  assert.equal(reduce(lobby, BOB), lobby);
  const state = play([]);
  assert.equal(reduce(state, event('SOMETHING_NEW', { x: 1 })), state);
});

test('a whole room replaces what was known; the chat of the same room stays, that of another does not', () => {
  const state = play([BOB, event('CHAT', { uid: 'b', userName: 'Bob', text: 'hi' })]);
  const again = reduce(state, { type: 'sync', me: ANN, room: snapshot() });
  assert.equal(again.room.players.length, 1);
  assert.ok(again.feed.some(({ text }) => text === 'hi'));
  assert.deepEqual(reduce(state, { type: 'joined', room: snapshot({ roomId: 'AAAAAA' }) }).feed, []);
});

test('a room joined in the middle of a match shows its view', () => {
  const { match } = play([], snapshot({ phase: 'IN_GAME', view: EMPTY, turn: { seats: [0], phase: 'PLACE', deadlineMs: 1 } }));
  assert.deepEqual([match.view, match.over, match.history], [EMPTY, false, []]);
});

test('chat and history keep their newest entries only', () => {
  const chat = (n) => event('CHAT', { uid: 'b', userName: 'Bob', text: String(n) });
  const exactly = play(Array.from({ length: FEED_MAX }, (_, n) => chat(n)));
  assert.deepEqual([exactly.feed.length, exactly.feed[0].text], [FEED_MAX, '0']);
  assert.deepEqual([reduce(exactly, chat(FEED_MAX)).feed.length, reduce(exactly, chat(FEED_MAX)).feed[0].text], [FEED_MAX, '1']);
  const relay = snapshot({ game: 'relay', phase: 'IN_GAME', view: { n: 0 } });
  const { match } = play(Array.from({ length: HISTORY_MAX + 1 }, (_, n) => game('RELAYED', { seat: 0, n: n + 1, value: n })), relay);
  assert.deepEqual([match.history.length, match.history[0].n, match.view.n], [HISTORY_MAX, 2, HISTORY_MAX + 1]);
});

// ---- undercover -----------------------------------------------------------------------------------------------------

const table = () => snapshot({
  game: 'undercover', seats: 6, phase: 'IN_GAME', players: ['Ann', 'Bob', 'Cy', 'Di'].map((name, seat) => seated(seat, name[0].toLowerCase(), name)),
  view: { round: 1, phase: 'SPEAK', word: 'tea', alive: [0, 1, 2, 3], spoken: [], voted: [] }, turn: { seats: [0], phase: 'SPEAK', deadlineMs: 1 },
});
const VOTE = event('TURN_STARTED', { seats: [0, 1, 2, 3], phase: 'VOTE', deadlineMs: 2 });

test('undercover: hints and votes are ticked off, and who has voted is not waited for', () => {
  const state = play([game('SPOKE', { seat: 0, text: 'warm' }), VOTE, game('VOTED', { seat: 0 }), game('VOTED', { seat: 2 })], table());
  assert.deepEqual([state.match.view.spoken, state.match.view.phase, state.match.view.voted], [[0], 'VOTE', [0, 2]]);
  assert.deepEqual(waitingFor(state.room, state.match), [1, 3]);
});

test('undercover: after a vote somebody is out and the next round begins clean', () => {
  const { match: { view } } = play([
    game('SPOKE', { seat: 0, text: 'warm' }), VOTE, game('VOTED', { seat: 0 }),
    game('VOTE_RESULT', { counts: [{ seat: 3, votes: 2 }], out: 3, undercover: false }), event('TURN_STARTED', { seats: [0], phase: 'SPEAK', deadlineMs: 3 }),
  ], table());
  assert.deepEqual(view, { round: 2, phase: 'SPEAK', word: 'tea', alive: [0, 1, 2], spoken: [], voted: [] });
});

test('undercover: a tie takes nobody from the table, a flight takes whoever fled', () => {
  const { match: { view } } = play([
    game('VOTE_RESULT', { counts: [], out: null, undercover: null }), event('USER_LEFT', { seat: 1, uid: 'b', reason: 'FLED' }),
  ], table());
  assert.deepEqual(view.alive, [0, 2, 3]);
});

// ---- a game this page has never heard of ----------------------------------------------------------------------------

test('an unknown game keeps its view as it came and its events as history', () => {
  const state = play([game('MOVED', { to: 'e4' })], snapshot({ game: 'chess', phase: 'IN_GAME', view: { fen: '…' } }));
  assert.deepEqual([state.match.view, state.match.history], [{ fen: '…' }, [{ type: 'MOVED', to: 'e4' }]]);
  assert.equal(startObstacle(snapshot({ game: 'chess' })), null);
});
