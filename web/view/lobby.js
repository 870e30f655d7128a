//! The lobby: start a game at once, come in by code, or pick an open room.

import { GAMES, gameOf } from '../games/registry.js';
import { gameTitle, t } from '../i18n.js';
import { h } from '../vendor/preact.js';

const ROOM_CODE = '[2-9A-HJ-NP-Za-hj-np-z]{6}';

export function Lobby({ app, act }) {
  const joinByCode = (event) => {
    event.preventDefault();
    const roomId = event.target.elements.roomId.value.trim().toUpperCase();
    if (event.submitter?.value === 'watch') act.watch(roomId);
    else act.join(roomId);
  };
  return h('div', { class: 'lobby', 'data-testid': 'lobby' },
    h('section', { 'aria-labelledby': 'play' },
      h('h2', { id: 'play' }, t('lobby.play')),
      h('ul', { class: 'games' }, GAMES.map((game) => h('li', { key: game.name, class: 'card game' },
        h('span', { class: 'game-icon' }, game.icon()),
        h('div', { class: 'grow' }, h('h3', null, gameTitle(game.name)), h('p', { class: 'muted small' }, t(`${game.name}.about`))),
        h('div', { class: 'row' },
          h('button', { class: 'primary', 'data-testid': `quick-${game.name}`, onClick: () => act.quickJoin(game.name) }, t('lobby.quick')),
          h('button', { 'data-testid': `create-${game.name}`, onClick: () => act.openCreate(game.name) }, t('lobby.create'))))))),
    h('section', { class: 'rooms-and-code' },
      h('form', { class: 'card stack code', onSubmit: joinByCode },
        h('label', { for: 'room-id' }, t('lobby.code')),
        h('input', {
          id: 'room-id', name: 'roomId', required: true, maxLength: 6, pattern: ROOM_CODE, title: t('lobby.codeHint'), placeholder: '8KQ2ZT', autocomplete: 'off',
          autocapitalize: 'characters', spellcheck: false, 'data-testid': 'code-input',
        }),
        h('div', { class: 'row' },
          h('button', { class: 'primary grow', value: 'join', 'data-testid': 'code-join' }, t('lobby.join')),
          h('button', { class: 'grow', value: 'watch', 'data-testid': 'code-watch' }, t('lobby.watch')))),
      h('div', { class: 'card rooms' },
        h('div', { class: 'row spread' }, h('h2', null, t('lobby.rooms')), h('span', { class: 'live' }, t('lobby.live'))),
        h('ul', { 'data-testid': 'rooms' }, app.rooms?.length === 0 ? h('li', { class: 'muted empty' }, t('lobby.empty'))
          : app.rooms?.map((room) => h(Entry, { key: room.roomId, room, act }))))));
}

function Entry({ room, act }) {
  const { roomId, game, phase, seatsTaken, seats, hostName } = room;
  const open = phase === 'WAITING' && seatsTaken < seats;
  return h('li', { class: 'entry', 'data-testid': `room-${roomId}` },
    h('span', { class: 'game-icon small' }, gameOf(game).icon()),
    h('div', { class: 'grow' },
      h('div', { class: 'row wrap tight' }, h('strong', null, gameTitle(game)), h('span', { class: `badge ${phase === 'WAITING' ? 'good' : ''}` }, t(`phase.${phase}`))),
      h('div', { class: 'muted small clip' }, h('span', { title: t('lobby.seats', { taken: seatsTaken, seats }) }, `${seatsTaken}/${seats}`), ' · ', h('code', null, roomId), hostName && ` · ${t('lobby.host', { host: hostName })}`)),
    open && h('button', { class: 'primary', 'aria-label': t('lobby.joinRoom', { roomId }), onClick: () => act.join(roomId) }, t('lobby.join')),
    h('button', { 'aria-label': t('lobby.watchRoom', { roomId }), onClick: () => act.watch(roomId) }, t('lobby.watch')));
}
