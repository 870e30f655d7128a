/** Where to connect, as whom, and how. `session` comes before `token`, `token` before `userName`. */
export interface UmbraOptions {
  /** `ws://` or `wss://`: the address of the server's `/ws`. */
  url: string;
  /** Sign in as a guest of this name, 1 to 24 characters. */
  userName?: string;
  /** Sign in with a token of the game's own backend. */
  token?: string;
  /** Take up a session that an earlier page has left: `UmbraClient.saved`. */
  session?: UmbraSaved;
  /** How long the server may leave an action without an answer before all are sent again on a new connection. */
  answerTimeoutMs?: number;
}

/** What the server says at a sign-in. */
export interface UmbraHello {
  uid: string; userName: string; session: string; epoch: number; resumed: boolean; lastRef: number;
  /** The server's clock in that moment: Unix time in ms. */
  serverTimeMs: number;
  heartbeatMs: number;
  graceMs: number;
  room: UmbraRoom | null;
}

/** What is needed to take up a session again. Whoever has it is that user: keep it like a password. */
export interface UmbraSaved { session: string; epoch: number; lastSeq: number; lastRef: number }

export interface UmbraTurn { seats: number[]; phase: string; deadlineMs: number | null }

export interface UmbraRoom {
  roomId: string;
  game: string;
  phase: "WAITING" | "IN_GAME";
  host: string;
  private: boolean;
  seats: number;
  options: Record<string, unknown>;
  players: { seat: number; uid: string; userName: string; online: boolean; ready: boolean }[];
  spectators: { uid: string; userName: string }[];
  mySeat: number | null;
  turn: UmbraTurn | null;
  /** What the game lets this user see. */
  view: unknown;
  lastOutcome: unknown;
}

export interface UmbraRoomLine {
  roomId: string; game: string; phase: "WAITING" | "IN_GAME"; seatsTaken: number; seats: number; host: string;
}

/** The server's numbered events, by id. (`RESYNC` never shows up here: it is told as `sync`.) */
export interface UmbraEvents {
  USER_JOINED: { seat: number | null; uid: string; userName: string };
  USER_LEFT: { seat: number | null; uid: string; reason: "LEFT" | "OFFLINE" | "FLED" | "KICKED" | "CRASHED" };
  USER_OFFLINE: { seat: number; uid: string };
  USER_ONLINE: { seat: number; uid: string };
  USER_READY: { seat: number; uid: string; ready: boolean };
  HOST_CHANGED: { uid: string };
  GAME_STARTED: { view: unknown; turn: UmbraTurn | null };
  TURN_STARTED: UmbraTurn;
  TURN_SKIPPED: { seat: number; reason: "OFFLINE" | "TIMEOUT" };
  GAME_EVENT: { event: unknown };
  GAME_OVER: { outcome: unknown };
  CHAT: { uid: string; userName: string; text: string };
  ROOM_DISSOLVED: { reason: "HOST" | "EMPTY" | "FAILED" };
  KICKED: Record<string, never>;
}

type UmbraEventOf<I> = I extends keyof UmbraEvents ? { type: "event"; id: I; seq: number; body: UmbraEvents[I] } : never;

/** What the client tells, in order; every numbered event exactly once. */
export type UmbraEvent =
  | UmbraEventOf<keyof UmbraEvents>
  /** Forget what was known and begin from this room, or from none. */
  | { type: "sync"; epoch: number; room: UmbraRoom | null }
  /** Signed in. `resumed`: nothing was missed; else a `sync` follows. */
  | { type: "online"; resumed: boolean }
  /** The connection is lost. What is sent meanwhile waits; the client comes back by itself. */
  | { type: "offline"; code: number | null; retryInMs: number | null }
  /** The server is about to stop, and says how long to stay away. */
  | { type: "draining"; reconnectAfterMs: number }
  /** A newer server said something that this client does not know. */
  | { type: "unknown"; id: string }
  /** The server said something that is not of this protocol; the client comes back. */
  | { type: "unreadable"; message: string }
  /** The server could not read something that this client sent. */
  | { type: "misread"; code: UmbraErrorCode; message: string }
  /** The last one: this client is done. `code` is an error code for `refused`, a close code for `code`. */
  | {
      type: "closed";
      reason: "caller" | "replaced" | "refused" | "code" | "unreachable" | "unreadable";
      code: UmbraErrorCode | number | null;
      message: string;
    };

export type UmbraErrorCode =
  | "BAD_MESSAGE" | "UNKNOWN_ID" | "STALE_REF" | "NOT_AUTHENTICATED" | "BAD_TOKEN" | "BAD_NAME" | "UNKNOWN_GAME"
  | "BAD_OPTIONS" | "ROOM_NOT_FOUND" | "ROOM_FULL" | "ROOM_IN_GAME" | "ALREADY_IN_ROOM" | "NOT_IN_ROOM" | "NOT_HOST"
  | "NOT_READY" | "NOT_ENOUGH_PLAYERS" | "GAME_NOT_RUNNING" | "NOT_YOUR_TURN" | "ILLEGAL_ACTION" | "SPECTATOR"
  | "RATE_LIMITED" | "SERVER_FULL" | "SERVER_DRAINING" | "INTERNAL";

/** What a rejected promise holds: the server's error code, or one of the client's own. */
export interface UmbraError {
  code: UmbraErrorCode | "LOST" | "UNREADABLE" | "CLOSED" | "NOT_AN_ACTION" | "UNEXPECTED_ANSWER";
  message: string;
}

export interface UmbraRoomSpec { game: string; seats?: number; options?: Record<string, unknown> }

/** What can be asked for, by id: what it takes and what its promise holds. */
export interface UmbraActions {
  ROOM_LIST: { body: { game?: string }; answer: { rooms: UmbraRoomLine[] } };
  ROOM_CREATE: { body: UmbraRoomSpec & { private?: boolean }; answer: { room: UmbraRoom } };
  ROOM_JOIN: { body: { roomId: string; as?: "player" | "spectator" }; answer: { room: UmbraRoom } };
  ROOM_QUICK_JOIN: { body: UmbraRoomSpec; answer: { room: UmbraRoom } };
  ROOM_LEAVE: { body: {}; answer: {} };
  ROOM_READY: { body: { ready: boolean }; answer: {} };
  ROOM_KICK: { body: { uid: string }; answer: {} };
  ROOM_DISSOLVE: { body: {}; answer: {} };
  GAME_START: { body: {}; answer: {} };
  GAME_ACTION: { body: { action: unknown }; answer: unknown };
  CHAT_SEND: { body: { text: string }; answer: {} };
}

export interface UmbraClient {
  /** Sends once there is a connection, and again on each new one until the answer comes; carried out once. Rejects with an `UmbraError`. */
  send<I extends keyof UmbraActions>(id: I, body: UmbraActions[I]["body"]): Promise<UmbraActions[I]["answer"]>;
}
