//! The page's beginning: who we are, the client, the state, and one function that draws what they say.
//!
//! The way of an event: `umbra.js` (in order, once) → `state.js` (what it means) → `view/page.js` (how it looks).
//! The way of a click: `view/*` → `actions.js` → `umbra.js`.

import { makeActions } from './actions.js';
import * as i18n from './i18n.js';
import { Identity } from './identity.js';
import { Places } from './places.js';
import { initialState, reduce } from './state.js';
import { askOtherTabs } from './tabs.js';
import * as theme from './theme.js';
import { h, render } from './vendor/preact.js';
import { Page } from './view/page.js';

/** `/wasm` is this page over the client that is WebAssembly and speaks the binary encoding. */
const { UmbraClient } = await import(document.documentElement.dataset.client === 'wasm' ? './wasm/client.js' : './umbra.js');

const LOBBY_POLL_MS = 2000;
const TOAST_MS = 5000;

const identity = new Identity(localStorage, sessionStorage);
const places = new Places(sessionStorage);
const tabs = askOtherTabs(() => app.client && !['replaced', 'refused', 'closed'].includes(app.client.state.name) && identity.key);

/** Everything the page shows. Only this file changes it. */
const app = {
  screen: 'boot', // boot | name | elsewhere | play
  state: initialState,
  client: null,
  connection: { name: 'idle' },
  connections: 0,
  away: false,
  draining: false,
  rooms: null,
  toasts: [],
  dialog: null,
  invited: roomOfAddress(),
};

const change = (changes) => {
  Object.assign(app, changes);
  draw();
};

const act = makeActions({ app, change, input, toast, signIn });

function draw() {
  render(h(Page, { app, act, identity, chooseLanguage, cycleTheme }), document.getElementById('root'));
}

function input(given) {
  const before = app.state;
  change({ state: reduce(app.state, given) });
  const { room, notice } = app.state;
  if (room?.roomId !== before.room?.roomId) setAddress(room?.roomId);
  if (!notice || notice === before.notice) return;
  if (notice.key === 'notice.left.OFFLINE') comeBack(before.room);
  else toast(notice.key, notice.values, 'plain');
}

/** A waiting room lets go of who loses the connection. We are here again and know the way. */
function comeBack({ roomId }) {
  app.invited = { roomId, quietly: true };
  if (app.connection.name === 'online') act.enterInvited();
}

let toasts = 0;
function toast(key, values = {}, tone = 'bad') {
  const n = ++toasts;
  change({ toasts: [...app.toasts, { n, text: key.code ? i18n.errorText(key) : i18n.t(key, values), tone }].slice(-3) });
  setTimeout(() => change({ toasts: app.toasts.filter((each) => each.n !== n) }), TOAST_MS);
}

// ---- signing in -----------------------------------------------------------------------------------------------------

function signIn(userName) {
  app.client?.close();
  if (userName) identity.userName = userName;
  const saved = places.load(identity.key);
  const client = new UmbraClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`,
    userName: identity.userName,
    storage: identity.storage,
    storageKey: identity.key,
    position: saved?.position ?? null,
  });
  app.client = client;
  app.state = saved?.state ?? initialState;
  client.on('sync', ({ room }) => whole(client, room));
  client.on('*', (body, { id }) => input({ type: 'event', id, body }));
  client.on('SERVER_DRAINING', () => change({ draining: true }));
  client.on('state', (connection) => {
    if (connection.name === 'online' && !app.state.me) app.state = { ...app.state, me: { uid: client.uid, userName: client.userName } };
    const online = connection.name === 'online';
    change({ connection, connections: app.connections + (online ? 1 : 0), draining: app.draining && !online });
    if (connection.name === 'refused' && connection.code === 'BAD_NAME') change({ screen: 'name' });
    if (online && app.away) toast('state.back', {}, 'good');
    if (online || connection.name === 'offline') app.away = !online;
    if (online) act.listRooms();
    if (online && !app.state.room && app.invited) act.enterInvited();
  });
  change({ screen: 'play' });
  client.connect();
}

/** The server told all of the room: after signing in, or when what we had no longer fits. */
function whole(client, room) {
  const before = app.state.room;
  input({ type: 'sync', me: { uid: client.uid, userName: client.userName }, room });
  if (room) app.invited = null;
  else if (before) comeBack(before);
}

// ---- around the game ------------------------------------------------------------------------------------------------

function roomOfAddress() {
  const roomId = /[#&]room=([0-9A-Za-z]{1,12})/.exec(location.hash)?.[1]?.toUpperCase();
  return roomId ? { roomId, quietly: false } : null;
}

function setAddress(roomId) {
  history.replaceState(null, '', roomId ? `#room=${roomId}` : location.pathname + location.search);
}

function chooseLanguage(code) {
  localStorage.setItem('umbra.language', code);
  i18n.setLanguage(code);
  draw();
}

function cycleTheme() {
  theme.cycle(localStorage);
  draw();
}

addEventListener('hashchange', () => {
  const invited = roomOfAddress();
  if (!invited || invited.roomId === app.state.room?.roomId) return;
  change({ invited });
  if (app.connection.name === 'online' && !app.state.room) act.enterInvited();
});

addEventListener('pagehide', () => {
  if (app.client?.state.name === 'online' || app.client?.state.name === 'offline') places.save(identity.key, app.client.position, app.state);
});

setInterval(() => {
  if (document.visibilityState === 'visible' && app.connection.name === 'online' && !app.state.room) act.listRooms();
}, LOBBY_POLL_MS);

i18n.setLanguage(i18n.preferredLanguage(localStorage.getItem('umbra.language'), navigator.languages));
theme.start(localStorage, draw);
draw();
if (!identity.signedIn) change({ screen: 'name' });
else if (await tabs.anyOther(identity.key)) change({ screen: 'elsewhere' });
else signIn();
