//! Before and beside the game: the name, another tab of the same user, replaced, refused.

import { errorText, t } from '../i18n.js';
import { GAMES } from '../games/registry.js';
import { h } from '../vendor/preact.js';

const NAME_CHARS_MAX = 24;

export function NameForm({ app, act, identity }) {
  const submit = (event) => {
    event.preventDefault();
    const name = event.target.elements.userName.value.trim();
    if (!name) return;
    if (name !== identity.userName) identity.forgetSession();
    act.signIn(name);
  };
  const refused = app.connection.name === 'refused';
  return h('section', { class: 'entrance' },
    h('div', { class: 'eclipse', 'aria-hidden': 'true' }),
    h('h1', null, 'Umbra'),
    h('p', { class: 'tagline' }, t('app.tagline')),
    h('form', { class: 'card stack', onSubmit: submit },
      app.invited && h('p', { class: 'badge accent' }, t('name.room', { roomId: app.invited.roomId })),
      h('label', { for: 'user-name' }, t('name.label')),
      h('input', {
        id: 'user-name', name: 'userName', required: true, maxLength: NAME_CHARS_MAX, autofocus: true, autocomplete: 'nickname', spellcheck: false,
        placeholder: t('name.placeholder'), defaultValue: identity.suggestedName, 'aria-describedby': 'name-hint', 'data-testid': 'name-input',
      }),
      h('p', { id: 'name-hint', class: refused ? 'small bad' : 'small muted' }, refused ? errorText(app.connection) : t('name.hint')),
      h('button', { class: 'primary large', 'data-testid': 'name-go' }, t('name.go'))),
    h('div', { class: 'row icons', 'aria-hidden': 'true' }, GAMES.map((game) => h('span', { key: game.name, class: 'game-icon' }, game.icon()))));
}

export function Elsewhere({ act, identity }) {
  const userName = identity.userName;
  const other = () => {
    identity.leaveSharedUser();
    act.rename();
  };
  return h(Card, { title: t('tab.title'), text: t('tab.text', { userName }), testid: 'elsewhere' },
    h('button', { class: 'primary large', autofocus: true, 'data-testid': 'continue-here', onClick: () => act.signIn() }, t('tab.continue', { userName })),
    h('button', { class: 'large', 'data-testid': 'somebody-else', onClick: other }, t('tab.other')));
}

export function Replaced({ act, identity }) {
  const other = () => {
    identity.leaveSharedUser();
    act.rename();
  };
  return h(Card, { title: t('replaced.title'), text: t('replaced.text'), testid: 'replaced' },
    h('button', { class: 'primary large', 'data-testid': 'take-over', onClick: act.takeOver }, t('replaced.take')),
    h('button', { class: 'large', onClick: other }, t('tab.other')));
}

export function Refused({ connection, act, identity }) {
  const again = () => {
    identity.forgetSession();
    act.rename();
  };
  return h(Card, { title: t('refused.title'), text: errorText(connection), testid: 'refused' },
    h('button', { class: 'primary large', onClick: again }, t('refused.again')));
}

function Card({ title, text, testid, children }) {
  return h('section', { class: 'entrance', 'data-testid': testid },
    h('div', { class: 'eclipse', 'aria-hidden': 'true' }),
    h('div', { class: 'card stack', role: 'alert' }, h('h1', { class: 'small-title' }, title), h('p', null, text), children));
}
