//! What the games compute for themselves.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toValue } from './relay.js';
import { winningRow } from './tictactoe.js';
import { rounds } from './undercover.js';

test('tictactoe: the winning row is found, and only when it is full of one mark', () => {
  const X = 'X', O = 'O', _ = null;
  assert.deepEqual(winningRow([X, O, O, _, X, _, _, _, X]), [0, 4, 8]);
  assert.deepEqual(winningRow([X, X, _, O, O, _, _, _, _]), []);
  assert.deepEqual(winningRow(Array(9).fill(null)), []);
});

test('relay: text that is JSON is sent as such, other text as a string', () => {
  assert.deepEqual(toValue('{"x": [1, null]}'), { x: [1, null] });
  assert.equal(toValue('42'), 42);
  assert.equal(toValue('hello {'), 'hello {');
});

test('undercover: hints are told round by round, also by a page that came in the third', () => {
  const spoke = (seat) => ({ type: 'SPOKE', seat, text: '' });
  const result = { type: 'VOTE_RESULT', counts: [], out: null, undercover: null };
  const told = rounds([spoke(0), result, spoke(1), spoke(2)], 4, false);
  assert.deepEqual(told.map(({ n, events }) => [n, events.length]), [[3, 2], [4, 2]]);
  assert.deepEqual(rounds([spoke(0), result], 1, true).map(({ n }) => n), [1], 'the round that ended the match is the last');
});
