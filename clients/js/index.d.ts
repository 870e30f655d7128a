//! The types of `umbra.js`, and of everything on the wire (`umbra.v1.json`): every message, event, reply, error and close code.
//!
//! Held to `crates/protocol` by `tests/types.test.js`: each golden frame has its type here, and with one field too many, one
//! missing or one of another type it has not. What a game defines is a type parameter: `new UmbraClient<Tictactoe>(…)`.
//!
//! Past 400 lines on purpose: a list, as long as what it lists.

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** `{}` and nothing else. */
export type Empty = { [field: string]: never };

// ---- games ----------------------------------------------------------------------------------------------------------

/** What a game defines. */
export interface Game {
  /** What the creator of a room may choose. */
  options: object;
  /** What a player does: the `action` of `GAME_ACTION`. */
  action: unknown;
  /** What its `OK` holds. */
  answer: object;
  /** The `event` of `GAME_EVENT`. */
  event: unknown;
  /** What one viewer sees. */
  view: unknown;
  /** How a match ends. */
  outcome: unknown;
}

/** A game of which nothing is known. */
export interface AnyGame extends Game {
  options: { [option: string]: Json };
  action: Json;
  answer: { [field: string]: Json };
  event: Json;
  view: Json;
  outcome: Json;
}

/** `tictactoe`: 2 seats, three in a row on nine cells. Seat 0 is X and begins. */
export interface Tictactoe extends Game {
  options: { /** Milliseconds of a turn; who is late forfeits. 30000. */ turnMs: number };
  /** `cell`: 0 to 8, row by row. */
  action: { type: 'PLACE'; cell: number };
  answer: Empty;
  event: { type: 'PLACED'; seat: number; cell: number };
  view: { board: Array<'X' | 'O' | null>; marks: ['X', 'O'] };
  outcome: { result: 'WIN' | 'DRAW' | 'ABANDONED'; winner: number | null };
}

/** `undercover` (谁是卧底): 4 to 10 seats; somebody was dealt another word than the rest. */
export interface Undercover extends Game {
  options: { /** Milliseconds to speak. 60000. */ speakMs: number; /** Milliseconds of a vote. 30000. */ voteMs: number };
  /** `seat: null` abstains. */
  action: { type: 'SPEAK'; text: string } | { type: 'VOTE'; seat: number | null };
  answer: Empty;
  event:
    | { type: 'SPOKE'; seat: number; text: string }
    | { type: 'VOTED'; seat: number }
    | { type: 'VOTE_RESULT'; counts: Array<{ seat: number; votes: number }>; out: number | null; undercover: boolean | null };
  view: {
    round: number;
    phase: 'SPEAK' | 'VOTE' | 'OVER';
    /** The own word; `null` for those who were dealt none. */
    word: string | null;
    alive: number[];
    spoken: number[];
    voted: number[];
  };
  outcome: {
    result: 'CIVILIANS' | 'UNDERCOVERS' | 'DRAW' | 'ABANDONED';
    undercovers: number[];
    words: { civilian: string; undercover: string };
  };
}

/** `relay`: 1 to 64 seats and no rules: values of any kind are stamped and passed on. */
export interface Relay<Value = Json> extends Game {
  options: { /** Start as soon as every seat is taken. false. */ autoStart: boolean };
  action: Value;
  answer: Empty;
  event: { type: 'RELAYED'; seat: number; /** Counts up in the room. */ n: number; value: Value };
  view: { n: number };
  outcome: { result: 'ABANDONED' };
}

// ---- rooms ----------------------------------------------------------------------------------------------------------

export type Phase = 'WAITING' | 'IN_GAME';

/** Whose turn it is and until when. */
export interface Turn {
  /** Who may act. */
  seats: number[];
  /** The game's name for this part of it. */
  phase: string;
  /** Server time (`client.serverNow()`) at which it ends by itself; `null`: never. */
  deadlineMs: number | null;
}

export interface PlayerInfo {
  seat: number;
  uid: string;
  userName: string;
  online: boolean;
  ready: boolean;
}

export interface SpectatorInfo {
  uid: string;
  userName: string;
}

/** The whole room, as its receiver may know it. */
export interface RoomSnapshot<G extends Game = AnyGame> {
  /** Six characters that people can read to each other. */
  roomId: string;
  game: string;
  phase: Phase;
  /** A uid. */
  host: string;
  private: boolean;
  /** How many there are. */
  seats: number;
  options: G['options'];
  /** By seat. */
  players: PlayerInfo[];
  spectators: SpectatorInfo[];
  /** `null` for spectators. */
  mySeat: number | null;
  turn: Turn | null;
  /** `null` outside a match. */
  view: G['view'] | null;
  /** How the last match here ended. */
  lastOutcome: G['outcome'] | null;
}

/** One line of `ROOM_LIST`. */
export interface RoomSummary {
  roomId: string;
  game: string;
  phase: Phase;
  seatsTaken: number;
  seats: number;
  host: string;
}

// ---- what a client says ---------------------------------------------------------------------------------------------

/** The body of `HELLO`; the client writes it by itself. */
export type Hello = { userName: string } | { token: string } | { session: string; epoch: number; lastSeq: number };

/** The body of every message that is sent with `client.send`. */
export interface Requests<G extends Game = AnyGame> {
  /** Public rooms, of one game if named. */
  ROOM_LIST: { game?: string };
  /** A new room; its creator sits in seat 0 and is host. */
  ROOM_CREATE: { game: string; seats?: number; private?: boolean; options?: Partial<G['options']> };
  ROOM_JOIN: { roomId: string; as?: 'player' | 'spectator' };
  /** An open public room of that game with a free seat, else a new one. */
  ROOM_QUICK_JOIN: { game: string; seats?: number; options?: Partial<G['options']> };
  /** In a match it is a flight. */
  ROOM_LEAVE: Empty;
  ROOM_READY: { ready: boolean };
  /** Host only, not in a match. */
  ROOM_KICK: { uid: string };
  /** Host only, not in a match. */
  ROOM_DISSOLVE: Empty;
  /** Host only; every other player is ready. */
  GAME_START: Empty;
  GAME_ACTION: { action: G['action'] };
  /** 1 to 500 characters. */
  CHAT_SEND: { text: string };
}

/** The body of every message of a client. `HELLO` and `PING` are the client's own business. */
export interface ClientBodies<G extends Game = AnyGame> extends Requests<G> {
  HELLO: Hello;
  PING: { clientTimeMs: number };
}

/** A message of a client with its envelope. */
export type ClientFrame<G extends Game = AnyGame> = {
  [Id in keyof ClientBodies<G>]: {
    id: Id;
    /** Names the action within the session; `PING` has none, and to `HELLO` it only pairs the reply. */
    ref?: number;
    /** The highest event `seq` that the client has handled. */
    ack?: number;
    body: ClientBodies<G>[Id];
  };
}[keyof ClientBodies<G>];

// ---- what a server says ---------------------------------------------------------------------------------------------

/** The body of the `OK` to `HELLO`. */
export interface HelloOk<G extends Game = AnyGame> {
  uid: string;
  userName: string;
  /** The session token, to resume with. */
  session: string;
  epoch: number;
  /** Whether the events after `lastSeq` follow. */
  resumed: boolean;
  /** The highest `ref` already carried out. */
  lastRef: number;
  serverTimeMs: number;
  heartbeatMs: number;
  /** How long a dropped player's seat is held in a match; 0: until its end. */
  graceMs: number;
  room: RoomSnapshot<G> | null;
}

/** The body of each `OK`, by what it answers: what `client.send` resolves to. */
export interface Replies<G extends Game = AnyGame> {
  ROOM_LIST: { rooms: RoomSummary[] };
  ROOM_CREATE: { room: RoomSnapshot<G> };
  ROOM_JOIN: { room: RoomSnapshot<G> };
  ROOM_QUICK_JOIN: { room: RoomSnapshot<G> };
  ROOM_LEAVE: Empty;
  ROOM_READY: Empty;
  ROOM_KICK: Empty;
  ROOM_DISSOLVE: Empty;
  GAME_START: Empty;
  GAME_ACTION: G['answer'];
  CHAT_SEND: Empty;
}

export type LeaveReason = 'LEFT' | 'OFFLINE' | 'FLED' | 'KICKED' | 'CRASHED';
export type SkipReason = 'OFFLINE' | 'TIMEOUT';
export type DissolveReason = 'HOST' | 'EMPTY' | 'FAILED';

/** The body of every event. */
export interface Events<G extends Game = AnyGame> {
  /** `seat: null` for spectators. */
  USER_JOINED: { seat: number | null; uid: string; userName: string };
  USER_LEFT: { seat: number | null; uid: string; reason: LeaveReason };
  /** The connection is lost, the seat is kept. */
  USER_OFFLINE: { seat: number; uid: string };
  USER_ONLINE: { seat: number; uid: string };
  USER_READY: { seat: number; uid: string; ready: boolean };
  HOST_CHANGED: { uid: string };
  /** Carries the first turn; `null` for a game without turns. */
  GAME_STARTED: { view: G['view']; turn: Turn | null };
  /** Each further turn. */
  TURN_STARTED: Turn;
  TURN_SKIPPED: { seat: number; reason: SkipReason };
  GAME_EVENT: { event: G['event'] };
  /** Exactly once a match. */
  GAME_OVER: { outcome: G['outcome'] };
  CHAT: { uid: string; userName: string; text: string };
  ROOM_DISSOLVED: { reason: DissolveReason };
  /** Continuity was lost on a live connection. Callers get it as `sync`. */
  RESYNC: { epoch: number; room: RoomSnapshot<G> | null };
  /** To the one who was kicked. */
  KICKED: Empty;
}

/** The body of every control message: outside the numbering, never replayed. */
export interface Controls {
  PONG: { clientTimeMs: number; serverTimeMs: number };
  /** Another connection took the session. */
  REPLACED: Empty;
  /** The server is about to stop. */
  SERVER_DRAINING: { reconnectAfterMs: number };
}

export type ErrorCode =
  | 'BAD_MESSAGE' | 'UNKNOWN_ID' | 'STALE_REF' | 'NOT_AUTHENTICATED' | 'BAD_TOKEN' | 'BAD_NAME' | 'UNKNOWN_GAME' | 'BAD_OPTIONS'
  | 'ROOM_NOT_FOUND' | 'ROOM_FULL' | 'ROOM_IN_GAME' | 'ALREADY_IN_ROOM' | 'NOT_IN_ROOM' | 'NOT_HOST' | 'NOT_READY'
  | 'NOT_ENOUGH_PLAYERS' | 'GAME_NOT_RUNNING' | 'NOT_YOUR_TURN' | 'ILLEGAL_ACTION' | 'SPECTATOR' | 'RATE_LIMITED' | 'SERVER_FULL'
  | 'SERVER_DRAINING' | 'INTERNAL';

/** The body of an `ERROR`. */
export interface WireError {
  /** For programs. */
  code: ErrorCode;
  /** For people: one sentence. */
  message: string;
}

/** The `OK` to a message of that id. */
export interface OkFrame<Body> {
  id: 'OK';
  ref: number | null;
  body: Body;
}

export interface ErrorFrame {
  id: 'ERROR';
  /** `null` when it could not be read. */
  ref: number | null;
  body: WireError;
}

export type EventFrame<G extends Game = AnyGame> = {
  [Id in keyof Events<G>]: { id: Id; seq: number; body: Events<G>[Id] };
}[keyof Events<G>];

export type ControlFrame = { [Id in keyof Controls]: { id: Id; body: Controls[Id] } }[keyof Controls];

/** A message of a server. */
export type ServerFrame<G extends Game = AnyGame> =
  | OkFrame<HelloOk<G> | Replies<G>[keyof Replies<G>]>
  | ErrorFrame
  | EventFrame<G>
  | ControlFrame;

/** Why a server closes a connection. */
export declare const CloseCode: {
  readonly NORMAL: 1000;
  readonly GOING_AWAY: 1001;
  readonly PROTOCOL: 1002;
  readonly FRAME_TYPE: 1003;
  readonly NOT_UTF8: 1007;
  readonly TOO_BIG: 1009;
  readonly INTERNAL: 1011;
  readonly REPLACED: 4001;
  readonly HELLO_TIMEOUT: 4002;
  readonly BAD_TOKEN: 4003;
  readonly TOO_SLOW: 4004;
  readonly TOO_MANY: 4005;
  readonly HEARTBEAT_MISSED: 4006;
  readonly KICKED: 4007;
  readonly SERVER_FULL: 4008;
};
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

// ---- the client -----------------------------------------------------------------------------------------------------

/** Bytes of one message that the server still reads. */
export declare const MAX_MESSAGE_BYTES: number;
/** Messages without a reply, at most. */
export declare const MAX_PENDING: number;

/** The client's own error codes, beside the server's `ErrorCode`. */
export type ClientErrorCode =
  /** The message has more than `MAX_MESSAGE_BYTES`. */
  | 'TOO_BIG'
  /** `MAX_PENDING` messages have no reply yet. */
  | 'TOO_MANY_PENDING'
  /** The session that it was sent in is gone; it may or may not have been carried out. */
  | 'SESSION_LOST'
  /** The server sent something that cannot be read. As an answer: it may have been carried out. */
  | 'BAD_FRAME'
  /** Another connection took the session. */
  | 'REPLACED'
  /** The server does not let this client in. */
  | 'REFUSED'
  /** `close()` was called. */
  | 'CLOSED'
  /** The platform has no `WebSocket`, and none was given. */
  | 'NO_WEBSOCKET';

export declare class UmbraError extends Error {
  constructor(code: ErrorCode | ClientErrorCode, message: string);
  name: 'UmbraError';
  code: ErrorCode | ClientErrorCode;
}

/** Where the connection stands. */
export type State =
  /** Before `connect()`. */
  | { name: 'idle' }
  | { name: 'connecting'; attempt: number }
  | { name: 'online' }
  /** It reconnects by itself at `retryAt`. `code`: the close code; 1006 for an end without one. */
  | { name: 'offline'; retryAt: number; attempt: number; code: number; reason: string }
  /** The same user connected elsewhere; only `takeOver()` goes on. */
  | { name: 'replaced' }
  /** The server will not have us. `code`: an `ErrorCode`, or the name of a `CloseCode`. */
  | { name: 'refused'; code: ErrorCode | keyof typeof CloseCode; message: string }
  | { name: 'closed' };

/** Forget what was known of the room and begin from this. */
export interface Sync<G extends Game = AnyGame> {
  /** `null`: in no room. */
  room: RoomSnapshot<G> | null;
  /** After a sign-in; after one at which the server no longer knew the session; on a live connection. */
  reason: 'hello' | 'forgotten' | 'resync';
}

/** Where the events that were handed on end. */
export interface Position {
  epoch: number;
  lastSeq: number;
}

/** As much of a browser's `Storage` as is used. */
export interface SessionStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** As much of a `WebSocket` as is used. */
export interface SocketLike {
  onopen: ((event: any) => void) | null;
  onmessage: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export interface Options {
  /** ws:// or wss:// address of the server's `/ws`. */
  url: string;
  /** Sign in as a guest of this name, or */
  userName?: string;
  /** with a token of the game's backend, or a function that gets one. */
  token?: string | (() => string | Promise<string>);
  /** `client.position` of an earlier run, when the caller kept its copy of the room. */
  position?: Position | null;
  /** Keeps the session over a reload. */
  storage?: SessionStorage | null;
  /** Default `umbra.session`. */
  storageKey?: string;
  /** The wait before try n is random in 0..min(`capMs`, `baseMs`·2ⁿ). Default 500. */
  baseMs?: number;
  /** Default 15000. */
  capMs?: number;
  /** Longest wait for an accepted `HELLO`. Default 10000. */
  connectMs?: number;
  /** Longest silence after a `PING`. Default 8000. */
  pongMs?: number;
  /** Longest wait for the next reply; past it what has none is sent again on a new connection. Default 15000. */
  answerMs?: number;
  /** How long an event may wait for a message that carries its acknowledgement; then a `PING` does. Default 500. */
  ackMs?: number;
  /** Characters of the longest frame that is read. Default 8388608. */
  frameCharsMax?: number;
  /** Needed in Node before 22, which has none of its own. */
  WebSocket?: new (url: string, protocols: string[]) => SocketLike;
  /** Milliseconds since the Unix epoch; for tests. */
  now?: () => number;
  /** 0..1; for tests. */
  random?: () => number;
  /** For tests. */
  timers?: { set(run: () => void, ms: number): any; clear(timer: any): void };
  /** Calls `wake` when the network may be back; returns what stops it. */
  wakeups?: (wake: () => void) => () => void;
}

/** Ids whose body may be left out. */
type Bodiless<G extends Game> = { [Id in keyof Requests<G>]: {} extends Requests<G>[Id] ? Id : never }[keyof Requests<G>];

/** One session with a server, which outlives its connections. */
export declare class UmbraClient<G extends Game = AnyGame> {
  /** Connects to nothing yet. @throws {UmbraError} `NO_WEBSOCKET` */
  constructor(options: Options);

  get state(): State;
  /** `null` before the first sign-in. */
  get uid(): string | null;
  get userName(): string | null;
  get position(): Position;
  /** The server's clock, ms since the Unix epoch, as well as it can be known from here. */
  serverNow(): number;

  /** Calls `handler` for each event or control message of that id. Returns what stops it. */
  on<Id extends keyof Events<G>>(id: Id, handler: (body: Events<G>[Id], meta: { id: Id; seq: number }) => void): () => void;
  on<Id extends keyof Controls>(id: Id, handler: (body: Controls[Id], meta: { id: Id }) => void): () => void;
  /** Every event, in order, each once; also those of a newer server. */
  on(id: '*', handler: (body: Events<G>[keyof Events<G>], meta: { id: keyof Events<G>; seq: number }) => void): () => void;
  on(id: 'state', handler: (state: State) => void): () => void;
  on(id: 'sync', handler: (sync: Sync<G>) => void): () => void;
  /** The server said something it should not, or could not read something of ours. Without a handler it goes to the console. */
  on(id: 'error', handler: (error: UmbraError) => void): () => void;

  connect(): void;
  /** Sends it once there is a connection, and again after each reconnect until the reply comes. Rejects with an `UmbraError`. */
  send<Id extends Bodiless<G>>(id: Id, body?: Requests<G>[Id]): Promise<Replies<G>[Id]>;
  send<Id extends keyof Requests<G>>(id: Id, body: Requests<G>[Id]): Promise<Replies<G>[Id]>;

  /** Tries now instead of at `retryAt`. */
  retryNow(): void;
  /** After `replaced`: takes the session back. */
  takeOver(): void;
  /** Has the server tell the whole room (`sync`). */
  resync(): void;
  /** Ends the client for good. The session stays, unless `forget` is set: then nobody can go on with it. */
  close(options?: { forget?: boolean }): void;
}
