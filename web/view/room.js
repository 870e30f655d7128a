//! A room: its head, the waiting room or the match, and beside it the chat.

import { gameOf } from '../games/registry.js';
import { gameTitle, t } from '../i18n.js';
import { nameOfSeat, startObstacle } from '../state.js';
import { h } from '../vendor/preact.js';
import { Feed } from './feed.js';
import { Seats } from './seats.js';
import { TurnBar } from './turn.js';

const LINK_SIGN = h('svg', { viewBox: '0 0 24 24', width: 20, height: 20, 'aria-hidden': 'true' },
  h('path', { class: 'line', d: 'M10 14a4.5 4.5 0 0 0 6.4 0l3-3A4.5 4.5 0 0 0 13 4.6l-1 1M14 10a4.5 4.5 0 0 0-6.4 0l-3 3a4.5 4.5 0 0 0 6.4 6.4l1-1' }));

export function Room({ app, act }) {
  const { room } = app.state;
  const playing = room.phase === 'IN_GAME';
  return h('div', { class: `room ${playing ? 'playing' : ''}`, 'data-testid': 'room', 'data-phase': room.phase },
    h('div', { class: 'table' },
      h(Head, { room, act }),
      playing ? h(Match, { app, act }) : h(WaitingRoom, { app, act })),
    h('aside', null, h(Feed, { state: app.state, act }), h(Spectators, { room })));
}

function Head({ room, act }) {
  return h('div', { class: 'card head' },
    h('span', { class: 'game-icon small' }, gameOf(room.game).icon()),
    h('div', { class: 'grow' },
      h('h1', { class: 'small-title' }, gameTitle(room.game)),
      h('div', { class: 'row wrap tight small' },
        h('code', { class: 'room-id', 'aria-label': t('room.code'), 'data-testid': 'room-id' }, room.roomId),
        room.private && h('span', { class: 'badge' }, t('room.private')))),
    h('button', { class: 'share', 'aria-label': t('room.copy'), 'data-testid': 'copy-link', onClick: act.copyLink }, LINK_SIGN, h('span', null, t('room.copy'))),
    h('button', { class: 'danger-text', 'data-testid': 'leave', onClick: act.leave }, t('room.leave')));
}

function WaitingRoom({ app, act }) {
  const { room, match } = app.state;
  const me = room.players.find((player) => player.seat === room.mySeat);
  const host = room.players.find((player) => player.uid === room.host);
  const isHost = me !== undefined && me === host;
  return h('div', { class: 'stack' },
    room.lastOutcome && h(LastOutcome, { app, act, match }),
    h('section', { class: 'card stack' },
      h('div', { class: 'row spread' }, h('h2', null, t('room.players')), h('span', { class: 'muted' }, `${room.players.length} / ${room.seats}`)),
      h(Seats, { app, act, empty: true }),
      room.mySeat === null && h('p', { class: 'muted' }, t('room.watching')),
      room.mySeat !== null && room.players.length < room.seats && h('p', { class: 'muted small' }, t('room.invite')),
      isHost && h(Start, { room, act }),
      me && !isHost && h('div', { class: 'row wrap' },
        h('button', { class: me.ready ? 'large' : 'primary large', 'aria-pressed': String(me.ready), 'data-testid': 'ready', onClick: () => act.ready(!me.ready) },
          t(me.ready ? 'room.beUnready' : 'room.beReady')),
        me.ready && h('span', { class: 'muted' }, t('room.waitHost', { host: host?.userName ?? '–' })))));
}

function Start({ room, act }) {
  const obstacle = startObstacle(room);
  return h('div', { class: 'row wrap spread' },
    h('p', { id: 'obstacle', class: `obstacle ${obstacle ? 'muted' : 'good'}`, role: 'status', 'data-testid': 'obstacle' }, obstacle ? t(obstacle.key, obstacle.values) : t('room.canStart')),
    h('button', { class: 'primary large', disabled: obstacle !== null, 'aria-describedby': 'obstacle', 'data-testid': 'start', onClick: act.start }, t('room.start')),
    h('button', { class: 'quiet danger-text', 'data-testid': 'dissolve', onClick: act.dissolve }, t('room.dissolve')));
}

function Match({ app, act }) {
  const { room, match } = app.state;
  const game = gameOf(room.game);
  const nameOf = (seat) => nameOfSeat(app.state, seat);
  return h('div', { class: 'stack' },
    h(TurnBar, { app, act }),
    h('section', { class: 'card match', 'data-testid': 'match' }, h(game.Table, { match, room, nameOf, act })),
    h('section', { class: 'card', 'aria-label': t('room.players') }, h(Seats, { app, act, empty: false })));
}

/** How the last match ended, with its table as long as this page has seen it to the end. */
function LastOutcome({ app, act, match }) {
  const { room } = app.state;
  const game = gameOf(room.game);
  const nameOf = (seat) => nameOfSeat(app.state, seat);
  const outcome = room.lastOutcome;
  return h('section', { class: 'card stack outcome', 'data-testid': 'outcome' },
    h('h2', { class: 'muted small' }, t('room.lastOutcome')),
    h('p', { class: 'verdict', role: 'status', 'data-testid': 'verdict' }, game.verdict(outcome, nameOf)),
    game.Details && outcome.words && h(game.Details, { outcome, nameOf }),
    match?.over && h('details', { open: game.name !== 'relay' }, h('summary', null, t('outcome.title')), h(game.Table, { match, room: { ...room, turn: null }, nameOf, act })));
}

function Spectators({ room }) {
  if (room.spectators.length === 0) return null;
  return h('section', { class: 'card', 'data-testid': 'spectators' },
    h('h2', null, t('room.spectators')), h('p', { class: 'muted' }, room.spectators.map(({ userName }) => userName).join(', ')));
}
