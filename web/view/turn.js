//! Whose turn it is and for how long, by the server's clock.

import { has, t } from '../i18n.js';
import { nameOfSeat, waitingFor } from '../state.js';
import { h } from '../vendor/preact.js';
import { Countdown } from './countdown.js';

const SOON_SECONDS = 10;

export function TurnBar({ app, act }) {
  const { room } = app.state;
  const { turn } = room;
  if (!turn) return null;
  const waiting = waitingFor(room, app.state.match);
  const mine = waiting.includes(room.mySeat);
  const what = `${room.game}.turn.${turn.phase}`;
  return h('div', { class: `card turn-bar ${mine ? 'mine' : ''}`, 'data-testid': 'turn', 'data-mine': String(mine), 'data-seats': waiting.join(','), 'data-phase': turn.phase },
    // Only the words are announced; a clock read out each second would drown everything else.
    h('div', { class: 'grow', role: 'status', 'aria-live': 'polite' },
      h('strong', null, who(app.state, waiting, mine)), mine && has(what) && h('span', null, ` · ${t(what)}`)),
    turn.deadlineMs !== null && h(Countdown, {
      key: turn.deadlineMs, until: turn.deadlineMs, now: act.now,
      render: (seconds) => h('span', { class: `clock ${seconds <= SOON_SECONDS ? 'soon' : ''}`, role: 'timer', 'aria-label': t('turn.left', { seconds }), 'data-testid': 'clock' },
        `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`),
    }));
}

function who(state, seats, mine) {
  if (mine) return t(seats.length > 1 ? 'turn.yoursAll' : 'turn.yours');
  if (seats.length > 2) return t('turn.many', { n: seats.length });
  return t('turn.other', { names: seats.map((seat) => nameOfSeat(state, seat)).join(', ') });
}
