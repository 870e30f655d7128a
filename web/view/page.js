//! The whole page: header, connection banner, one screen, dialogs, toasts. Each part is a file beside this one.

import { LANGUAGES, currentLanguage, t } from '../i18n.js';
import { chosenTheme } from '../theme.js';
import { h } from '../vendor/preact.js';
import { Banner } from './banner.js';
import { ConfirmDialog } from './confirm.js';
import { CreateDialog } from './create.js';
import { Elsewhere, NameForm, Refused, Replaced } from './entrance.js';
import { Lobby } from './lobby.js';
import { Room } from './room.js';

const THEME_SIGNS = { auto: '◐', light: '☀', dark: '☾' };

export function Page({ app, act, identity, chooseLanguage, cycleTheme }) {
  return h('div', { class: 'page' },
    h(Header, { app, act, chooseLanguage, cycleTheme }),
    app.screen === 'play' && h(Banner, { app, act }),
    h('main', { id: 'main' }, screen({ app, act, identity })),
    app.dialog?.what === 'create' && h(CreateDialog, { game: app.dialog.game, act }),
    app.dialog?.what === 'confirm' && h(ConfirmDialog, { ...app.dialog, act }),
    h('div', { class: 'toasts', role: 'alert' }, app.toasts.map(({ n, text, tone }) => h('p', { key: n, class: `toast ${tone}`, 'data-testid': 'toast' }, text))));
}

function screen({ app, act, identity }) {
  if (app.screen === 'boot') return null;
  if (app.screen === 'name') return h(NameForm, { app, act, identity });
  if (app.screen === 'elsewhere') return h(Elsewhere, { act, identity });
  if (app.connection.name === 'replaced') return h(Replaced, { act, identity });
  if (app.connection.name === 'refused') return h(Refused, { connection: app.connection, act, identity });
  if (app.state.room) return h(Room, { key: app.state.room.roomId, app, act });
  if (!app.state.me) return h('p', { class: 'center muted waiting', role: 'status' }, t('state.connecting'));
  return h(Lobby, { app, act });
}

function Header({ app, act, chooseLanguage, cycleTheme }) {
  const me = app.screen === 'play' && app.state.me;
  const theme = t('header.theme', { theme: t(`theme.${chosenTheme()}`) });
  return h('header', null,
    h('a', { class: 'brand', href: '/', onClick: (event) => event.preventDefault() }, h('img', { src: '/icon.svg', alt: '', width: 28, height: 28 }), h('span', { class: me ? 'wordmark' : '' }, 'Umbra')),
    h('span', { class: 'grow' }),
    me && h('button', {
      class: 'quiet me', type: 'button', title: t('header.rename'), 'data-testid': 'my-name', disabled: Boolean(app.state.room), onClick: act.rename,
    }, h('span', { class: `dot ${app.connection.name}` }), h('span', { class: 'clip' }, me.userName)),
    h('div', { class: 'segments', role: 'group', 'aria-label': t('header.language') }, Object.entries(LANGUAGES).map(([code, name]) => h('button', {
      key: code, type: 'button', lang: code, 'aria-pressed': String(code === currentLanguage()), 'aria-label': name, 'data-testid': `language-${code}`, onClick: () => chooseLanguage(code),
    }, code === 'en' ? 'EN' : '中文'))),
    h('button', { class: 'quiet sign', type: 'button', title: theme, 'aria-label': theme, 'data-testid': 'theme', onClick: cycleTheme }, THEME_SIGNS[chosenTheme()]));
}
