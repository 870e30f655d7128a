// PEER: Colyseus, one room of relay: every message goes to everybody in its room. Listens on 127.0.0.1:$PORT.
import { createServer } from "node:http";

import { Room, Server } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";

class Relay extends Room {
  // There is no shared state, so there is nothing to look for twenty times a second.
  patchRate = null;

  onCreate({ seats }) {
    this.maxClients = seats;
    this.onMessage("relay", (_client, value) => this.broadcast("relay", value));
  }
}

const server = new Server({ greet: false, transport: new WebSocketTransport({ server: createServer() }) });
server.define("relay", Relay);
await server.listen(Number(process.env.PORT), "127.0.0.1");
