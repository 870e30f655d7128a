//! Moves of whole matches, the same whatever client the pages run on.

import assert from 'node:assert/strict';
import { startMatch } from './players.js';

/** Ann and Bob, in this order, at tictactoe: one of them takes a cell, and both see it. */
export async function place([ann, bob], player, cell) {
  await player.myTurn();
  await player.click(`cell-${cell}`);
  for (const each of [ann, bob]) await each.has(`cell-${cell}`, 'data-mark', player === ann ? 'X' : 'O');
}

/** Undercover, from the lobby to the vote. Resolves to the words, and to the seat of the one whose word is another. */
export async function giveHints(players) {
  await startMatch('undercover', players);
  const words = await Promise.all(players.map((player) => player.text('word')));
  const odd = words.findIndex((word) => words.filter((each) => each === word).length === 1);
  assert.ok(odd >= 0, `one of four has another word: ${words}`);
  for (const player of players) {
    await player.myTurn();
    await player.fill('speak-input', `a hint of ${player.name}`);
    await player.click('speak-send');
  }
  for (const player of players) await player.sees('hints-1', `a hint of ${players.at(-1).name}`);
  return { words, odd };
}

/** A vote of everybody against the odd one, who votes for the next. */
export async function vote(players, odd, seat) {
  await players[seat].click(`vote-${seat === odd ? (odd + 1) % players.length : odd}`);
  await players[seat].click('vote-send');
}

/** Ann, in the middle of a match with Bob, opens a second tab, plays on there, and comes back to the first. */
export async function takeTheMatchBack(ann, bob) {
  const first = ann.page;
  const second = await ann.openTab();
  await second.getByTestId('continue-here').click();
  await second.getByTestId('match').waitFor();
  await ann.get('replaced').waitFor();

  ann.page = second;
  await ann.click('cell-4');
  await bob.has('cell-4', 'data-mark', 'X');

  ann.page = first;
  await ann.click('take-over');
  await ann.has('cell-4', 'data-mark', 'X');
  await second.getByTestId('replaced').waitFor();
  assert.deepEqual(ann.faults, []);
}

/** Nobody's page had a fault; everybody goes. */
export async function gone(players) {
  for (const player of players) {
    assert.deepEqual(player.faults, [], `${player.name}'s page has no faults`);
    await player.context.close();
  }
}
