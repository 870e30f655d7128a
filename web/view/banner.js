//! The state of the connection, in words, for as long as it is not simply good.

import { t } from '../i18n.js';
import { h } from '../vendor/preact.js';
import { Countdown } from './countdown.js';

export function Banner({ app, act }) {
  const { connection, draining, state } = app;
  const seated = state.room?.phase === 'IN_GAME' && state.room.mySeat !== null;
  const away = connection.name === 'offline' || (connection.name === 'connecting' && state.me !== null);
  return h('div', { class: `banner ${away ? 'shown' : ''}`, role: 'status', 'aria-live': 'polite', 'data-testid': 'connection', 'data-state': connection.name },
    away && h('span', { class: 'spinner', 'aria-hidden': 'true' }),
    // The clock is for the eye; read out each second it would drown everything else.
    away && h('span', { class: 'sr' }, t('state.offlineNow')),
    away && h('span', { class: 'grow', 'aria-hidden': 'true' },
      connection.name === 'connecting' ? t('state.connecting') : h(Countdown, {
        until: connection.retryAt, now: Date.now,
        render: (seconds) => (seconds > 0 ? t(sentence(connection, draining), { seconds }) : t('state.offlineNow')),
      }),
      seated && ` ${t('state.keeps')}`),
    connection.name === 'offline' && h('button', { type: 'button', 'data-testid': 'retry-now', onClick: act.retryNow }, t('state.retry')));
}

function sentence({ reason }, draining) {
  if (reason === 'SERVER_FULL') return 'state.full';
  return draining ? 'state.draining' : 'state.offline';
}
