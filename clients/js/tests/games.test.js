//! Each game that ships, played on a real server: what it says has the types that the package gives it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from '../../../tests/browser/server.js';
import { Player } from './player.js';
import { complaints } from './types/compiler.js';
import { matchProgram } from './types/program.js';

let server;
before(async () => { server = await Server.start(); });
after(async () => { await server?.kill(); });

async function table(t, game, count, more = {}) {
  const players = await Promise.all(Array.from({ length: count }, (_, i) => Player.online(server.address, { userName: `Player ${i}` })));
  t.after(() => players.forEach((player) => player.close()));
  const room = await players[0].creates(game, { seats: count, ...more });
  for (const player of players.slice(1)) await player.joins(room);
  await players[0].send('GAME_START');
  for (const player of players) await player.hears('GAME_STARTED');
  return { players, room };
}

const has = (frames, id, type) => frames.some((frame) => frame.id === id && (type === undefined || frame.body.event?.type === type));

/** Whatever carries something of the game's own. */
const framesOf = (players) =>
  players.flatMap(({ events }) => events).filter(({ id }) => ['GAME_STARTED', 'GAME_EVENT', 'GAME_OVER'].includes(id));

async function typed(game, frames, options) {
  const program = (types) => `${matchProgram(types, game, frames)}
export const options: T.${game}['options'] = ${JSON.stringify(options)};`;
  assert.deepEqual(await complaints(program), [[]]);
}

test('tictactoe: its options, view, events and outcome have their types', async (t) => {
  const { players: [x, o], room } = await table(t, 'tictactoe', 2);
  for (const [player, cell] of [[x, 0], [o, 3], [x, 1], [o, 4], [x, 2]]) await player.act({ type: 'PLACE', cell });
  await o.hears('GAME_OVER');
  const frames = framesOf([x, o]);
  assert.ok(has(frames, 'GAME_STARTED') && has(frames, 'GAME_EVENT', 'PLACED') && has(frames, 'GAME_OVER'));
  await typed('Tictactoe', frames, room.options);
});

test('relay: its options, view and events have their types', async (t) => {
  const { players: [a, b], room } = await table(t, 'relay', 2);
  for (const value of [null, 'text', { deep: [1, { er: true }] }]) await a.act(value);
  await b.hears('GAME_EVENT', ({ event }) => event.n === 3);
  const frames = framesOf([a, b]);
  assert.ok(has(frames, 'GAME_STARTED') && has(frames, 'GAME_EVENT', 'RELAYED'));
  await typed('Relay', frames, room.options);
});

test('undercover: its options, view, events and outcome have their types', async (t) => {
  const { players, room } = await table(t, 'undercover', 4);
  const seats = [0, 1, 2, 3];
  const out = new Set();
  const over = () => players.every(({ events }) => has(events, 'GAME_OVER'));
  for (let round = 1; round < 4 && !over(); round++) {
    for (const seat of seats.filter((each) => !out.has(each))) await players[seat].act({ type: 'SPEAK', text: `hint of ${seat}` });
    const [first, second, ...rest] = seats.filter((each) => !out.has(each));
    await players[first].act({ type: 'VOTE', seat: second });
    await players[second].act({ type: 'VOTE', seat: round === 1 ? null : first });
    for (const seat of rest) await players[seat].act({ type: 'VOTE', seat: second });
    const result = (player) => player.events.filter(({ id, body }) => id === 'GAME_EVENT' && body.event.type === 'VOTE_RESULT')[round - 1];
    for (const player of players) await player.until(() => result(player), `the result of round ${round}`);
    out.add(result(players[0]).body.event.out);
    // Whoever has the reply has heard all that was before it, the end of the match as well.
    for (const player of players) await player.send('CHAT_SEND', { text: 'that was a round' });
  }
  for (const player of players) await player.hears('GAME_OVER');
  const frames = framesOf(players);
  for (const type of ['SPOKE', 'VOTED', 'VOTE_RESULT']) assert.ok(has(frames, 'GAME_EVENT', type), type);
  await typed('Undercover', frames, room.options);
});
