//! Who sits where: name, host, ready, offline, whose turn, and what the game says about each.

import { gameOf } from '../games/registry.js';
import { t } from '../i18n.js';
import { waitingFor } from '../state.js';
import { h } from '../vendor/preact.js';

export function Seats({ app, act, empty }) {
  const { room, match } = app.state;
  const free = empty ? room.seats - room.players.length : 0;
  return h('ul', { class: 'seats', 'data-testid': 'seats' },
    room.players.map((player) => h(Player, { key: player.seat, player, room, match, act })),
    free > 0 && h('li', { key: 'free', class: 'seat free' }, h('span', { class: 'avatar', 'aria-hidden': 'true' }, '+'), h('span', { class: 'muted' }, t('room.free', { n: free }))));
}

function Player({ player, room, match, act }) {
  const { seat, uid, userName, online, ready } = player;
  const waiting = room.phase === 'WAITING';
  const isHost = uid === room.host;
  const iAmHost = room.players.some((each) => each.seat === room.mySeat && each.uid === room.host);
  const tag = !waiting && match ? gameOf(room.game).tag?.(match, seat) : null;
  const turn = waitingFor(room, match).includes(seat);
  return h('li', { class: `seat ${turn ? 'turn' : ''} ${online ? '' : 'away'}`, 'data-testid': `seat-${seat}`, 'data-online': String(online), 'data-ready': String(ready) },
    h('span', { class: 'avatar', style: { '--hue': hueOf(uid) }, 'aria-hidden': 'true' }, [...userName][0]?.toUpperCase()),
    h('div', { class: 'grow' },
      h('div', { class: 'clip name' }, userName, seat === room.mySeat && h('span', { class: 'muted small' }, ` (${t('common.you')})`)),
      h('div', { class: 'row tight wrap badges' },
        isHost && waiting && h('span', { class: 'badge accent' }, t('room.host')),
        waiting && !isHost && h('span', { class: `badge ${ready ? 'good' : ''}` }, t(ready ? 'room.ready' : 'room.notReady')),
        !online && h('span', { class: 'badge bad' }, t('room.offline')),
        tag && h('span', { class: `badge ${tag.tone}` }, tag.text))),
    waiting && iAmHost && !isHost && h('button', { class: 'quiet', title: t('room.kick', { userName }), 'aria-label': t('room.kick', { userName }), 'data-testid': `kick-${seat}`, onClick: () => act.kick(uid) }, '✕'));
}

/** A colour of one's own, the same on every page. */
function hueOf(uid) {
  let hash = 0;
  for (const char of uid) hash = (hash * 31 + char.codePointAt(0)) % 360;
  return String(hash);
}
