//! TypeScript as people write it against the package: what must compile does, and what must not is marked and does not.

import { CloseCode, UmbraClient, UmbraError, type Relay, type Tictactoe, type Undercover } from 'umbra-client';

const umbra = new UmbraClient<Tictactoe>({ url: 'ws://127.0.0.1:4000/ws', userName: 'Ann', storage: localStorage });

umbra.on('sync', ({ room }) => {
  const mark: 'X' | 'O' | null | undefined = room?.view?.board[4];
  return mark;
});
umbra.on('GAME_EVENT', ({ event }, { seq }) => `${seq}: seat ${event.seat} on ${event.cell}`);
umbra.on('*', (body, { id }) => console.log(id, body));
umbra.on('state', (state) => (state.name === 'offline' ? state.retryAt : null));
umbra.on('error', ({ code }) => code === 'BAD_FRAME');
umbra.on('SERVER_DRAINING', ({ reconnectAfterMs }) => reconnectAfterMs.toFixed());
// @ts-expect-error no such event
umbra.on('USER_WINKED', () => {});
// @ts-expect-error its body has no such field
umbra.on('CHAT', ({ txt }) => txt);

export async function play(): Promise<string> {
  umbra.connect();
  const { room } = await umbra.send('ROOM_CREATE', { game: 'tictactoe', options: { turnMs: 5000 } });
  await umbra.send('GAME_START');
  await umbra.send('GAME_ACTION', { action: { type: 'PLACE', cell: 4 } });
  // @ts-expect-error no such cell type
  await umbra.send('GAME_ACTION', { action: { type: 'PLACE', cell: 'middle' } });
  // @ts-expect-error a body is needed
  await umbra.send('CHAT_SEND');
  // @ts-expect-error the option is called turnMs
  await umbra.send('ROOM_CREATE', { game: 'tictactoe', options: { turn: 1 } });
  // @ts-expect-error HELLO is the client's own business
  await umbra.send('HELLO', { userName: 'Ann' });
  const { rooms } = await umbra.send('ROOM_LIST');
  return rooms[0]?.roomId ?? room.roomId;
}

/** Branching on codes is checked. */
export function isFinal(error: unknown): boolean {
  // @ts-expect-error no such code
  if (error instanceof UmbraError && error.code === 'NO_SUCH_CODE') return true;
  return error instanceof UmbraError && error.code === 'REPLACED';
}

export const replaced: 4001 = CloseCode.REPLACED;
// @ts-expect-error no such close code
export const other: CloseCode = 4711;

export const anything = new UmbraClient({ url: 'ws://x/ws' }).send('GAME_ACTION', { action: [1, { two: null }] });
export const spoken: Undercover['action'] = { type: 'SPEAK', text: 'hot' };
export const relayed: Relay<{ x: number }>['event'] = { type: 'RELAYED', seat: 0, n: 1, value: { x: 1 } };
