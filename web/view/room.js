//! A room: its head, the waiting room or the match, and beside it the chat.

import { gameOf } from '../games/registry.js';
import { gameTitle, t } from '../i18n.js';
import { nameOfSeat, startObstacle } from '../state.js';
import { h } from '../vendor/preact.js';
import { Feed } from './feed.js';
import { Seats } from './seats.js';
import { TurnBar } from './turn.js';

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
        h('span', { class: 'muted' }, t('room.code')), h('code', { class: 'room-id', 'data-testid': 'room-id' }, room.roomId),
        room.private && h('span', { class: 'badge' }, t('room.private')))),
    h('div', { class: 'row tight' },
      h('button', { 'data-testid': 'copy-link', onClick: act.copyLink }, t('room.copy')),
      h('button', { class: 'danger-text', 'data-testid': 'leave', onClick: act.leave }, t('room.leave'))));
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
      h('p', { class: 'muted small' }, room.mySeat === null ? t('room.watching') : t('room.invite')),
      isHost && h(Start, { room, act }),
      me && !isHost && h('div', { class: 'row wrap' },
        h('button', { class: me.ready ? 'large' : 'primary large', 'aria-pressed': String(me.ready), 'data-testid': 'ready', onClick: () => act.ready(!me.ready) },
          t(me.ready ? 'room.beUnready' : 'room.beReady')),
        me.ready && h('span', { class: 'muted' }, t('room.waitHost', { host: host?.userName ?? '–' })))));
}

function Start({ room, act }) {
  const obstacle = startObstacle(room);
  return h('div', { class: 'row wrap' },
    h('button', { class: 'primary large', disabled: obstacle !== null, 'aria-describedby': 'obstacle', 'data-testid': 'start', onClick: act.start }, t('room.start')),
    h('span', { id: 'obstacle', class: 'muted grow', role: 'status', 'data-testid': 'obstacle' }, obstacle ? t(obstacle.key, obstacle.values) : t('room.canStart')),
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
