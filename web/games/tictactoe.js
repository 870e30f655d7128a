//! tictactoe: three in a row.

import { t } from '../i18n.js';
import { h } from '../vendor/preact.js';

const ROWS = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]];
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -3, ArrowDown: 3 };

const texts = {
  en: {
    title: 'Tic-tac-toe', about: 'Three in a row. Be quick: late is lost.',
    'option.turnMs': 'Time for a turn', 'turn.PLACE': 'place your mark',
    board: 'Board', cell: 'Row {row}, column {column}: {mark}', free: 'free', play: '{mark} plays',
    won: '{name} wins', draw: 'A draw', line: '{name} took row {row}, column {column}',
  },
  zh: {
    title: '井字棋', about: '三子连线即胜。超时判负，动作要快。',
    'option.turnMs': '每步时间', 'turn.PLACE': '请落子',
    board: '棋盘', cell: '第 {row} 行第 {column} 列：{mark}', free: '空', play: '执 {mark}',
    won: '{name} 获胜', draw: '平局', line: '{name} 落子于第 {row} 行第 {column} 列',
  },
};

const place = (cell) => ({ row: Math.floor(cell / 3) + 1, column: (cell % 3) + 1 });

/** The three cells that won, or nothing. */
export function winningRow(board) {
  return ROWS.find(([a, b, c]) => board[a] !== null && board[a] === board[b] && board[b] === board[c]) ?? [];
}

const drawing = {
  X: () => h('path', { d: 'M14 14 34 34M34 14 14 34', class: 'mark x' }),
  O: () => h('circle', { cx: 24, cy: 24, r: 11, class: 'mark o' }),
};
const mark = (name) => h('svg', { viewBox: '8 8 32 32', 'aria-hidden': 'true' }, name && drawing[name]());

/** Arrow keys walk over the board as they would over a sheet of paper. */
function walk(event) {
  const cell = Number(event.target.dataset.cell);
  const next = cell + (STEPS[event.key] ?? NaN);
  const wraps = (event.key === 'ArrowLeft' && cell % 3 === 0) || (event.key === 'ArrowRight' && cell % 3 === 2);
  if (!(next >= 0 && next < 9) || wraps) return;
  event.preventDefault();
  event.currentTarget.querySelector(`[data-cell="${next}"]`).focus();
}

export const tictactoe = {
  name: 'tictactoe',
  seats: [2, 2],
  options: [{ name: 'turnMs', ms: 30000 }],
  texts,
  icon: () => h('svg', { viewBox: '0 0 48 48', 'aria-hidden': 'true' },
    h('path', { d: 'M18 8v32M30 8v32M8 18h32M8 30h32', class: 'line' }),
    h('path', { d: 'M10 10l5 5M15 10l-5 5', class: 'line accent' }),
    h('circle', { cx: 24, cy: 24, r: 3.2, class: 'line accent' })),

  event: (view, { type, seat, cell }) => (type === 'PLACED' ? { ...view, board: view.board.map((owner, at) => (at === cell ? view.marks[seat] : owner)) } : view),
  line: ({ type, seat, cell }, nameOf) => (type === 'PLACED' ? { key: 'tictactoe.line', values: { name: nameOf(seat), ...place(cell) } } : null),
  tag: ({ view }, seat) => ({ text: t('tictactoe.play', { mark: view.marks[seat] }), tone: seat === 0 ? 'x' : 'o' }),

  Table({ match, room, act }) {
    const { board } = match.view;
    const won = winningRow(board);
    const mine = !match.over && room.turn?.seats.includes(room.mySeat);
    const last = match.history.at(-1)?.cell;
    return h('div', { class: `board ${mine ? 'mine' : ''} ${match.over ? 'over' : ''}`, role: 'group', 'aria-label': t('tictactoe.board'), 'data-testid': 'board', onKeyDown: walk },
      board.map((owner, cell) => h('button', {
        key: cell,
        class: `cell ${won.includes(cell) ? 'won' : ''} ${cell === last ? 'last' : ''}`,
        'data-cell': cell,
        'data-mark': owner ?? '',
        'data-testid': `cell-${cell}`,
        'aria-label': t('tictactoe.cell', { ...place(cell), mark: owner ?? t('tictactoe.free') }),
        // Not `disabled`: the focus must stay where it is while the other one thinks.
        'aria-disabled': !mine || owner !== null ? 'true' : 'false',
        onClick: () => mine && owner === null && act.play({ type: 'PLACE', cell }),
      }, mark(owner))));
  },

  verdict({ result, winner }, nameOf) {
    if (result === 'WIN') return t('tictactoe.won', { name: nameOf(winner) });
    return result === 'DRAW' ? t('tictactoe.draw') : t(`outcome.${result}`);
  },
};
