//! What a click asks for: a message to the server, and what its reply means for the page. Refusals become words.

/** @param {object} page  what `app.js` lends: `app`, `change`, `input`, `toast`, `signIn` */
export function makeActions({ app, change, input, toast, signIn }) {
  /** The reply's body; null when it was refused and the user has been told so. */
  async function ask(id, body) {
    try {
      return await app.client.send(id, body);
    } catch (error) {
      toast(error);
      return null;
    }
  }

  async function enter(id, body, { quietly = false } = {}) {
    const sentIn = app.connection.name === 'online' ? app.connections : null;
    try {
      const { room } = await app.client.send(id, body);
      input({ type: 'joined', room });
      change({ invited: null, dialog: null });
      // The reply may have been kept through a reconnect, and be older than events that came in between.
      if (sentIn !== null && sentIn !== app.connections) app.client.resync();
      if (quietly) toast('notice.returned', { roomId: room.roomId }, 'good');
      return true;
    } catch (error) {
      if (quietly) toast('notice.gone', {}, 'plain');
      else toast(error);
      return false;
    }
  }

  const act = {
    signIn,
    async listRooms() {
      try {
        change({ rooms: (await app.client.send('ROOM_LIST')).rooms });
      } catch {
        // It is asked again in a moment; a lobby that is two seconds old is no news.
      }
    },
    create: (spec) => enter('ROOM_CREATE', spec),
    quickJoin: (game) => enter('ROOM_QUICK_JOIN', { game }),
    join: (roomId) => enter('ROOM_JOIN', { roomId, as: 'player' }),
    watch: (roomId) => enter('ROOM_JOIN', { roomId, as: 'spectator' }),
    enterInvited() {
      const { roomId, quietly } = app.invited;
      app.invited = null;
      history.replaceState(null, '', location.pathname + location.search);
      return enter('ROOM_JOIN', { roomId, as: 'player' }, { quietly });
    },

    ready: (ready) => ask('ROOM_READY', { ready }),
    start: () => ask('GAME_START'),
    kick: (uid) => ask('ROOM_KICK', { uid }),
    chat: async (text) => (await ask('CHAT_SEND', { text })) !== null,
    play: async (action) => (await ask('GAME_ACTION', { action })) !== null,
    dissolve: () => act.confirm('dissolve', () => ask('ROOM_DISSOLVE')),
    leave() {
      const { room } = app.state;
      const go = async () => { if (await ask('ROOM_LEAVE')) input({ type: 'left' }); };
      return room.phase === 'IN_GAME' && room.mySeat !== null ? act.confirm('flee', go) : go();
    },

    confirm: (what, go) => change({ dialog: { what: 'confirm', about: what, go } }),
    openCreate: (game) => change({ dialog: { what: 'create', game } }),
    closeDialog: () => change({ dialog: null }),
    rename: () => change({ screen: 'name' }),
    async copyLink() {
      try {
        await navigator.clipboard.writeText(location.href);
        toast('room.copied', {}, 'good');
      } catch {
        // No clipboard without a secure context: show it, so that it can be copied by hand.
        prompt('', location.href);
      }
    },
    retryNow: () => app.client.retryNow(),
    takeOver: () => app.client.takeOver(),
    now: () => app.client.serverNow(),
  };
  return act;
}
