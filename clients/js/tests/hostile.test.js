//! The client on real sockets whose other end is no Umbra server at all, but for the moments in which it is.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { WebSocketServer } from 'ws';
import { helloOk } from './scripted.js';
import { Player } from './player.js';

/** A server whose first connection is treated badly, and every further one like a client's. */
async function hostile(t, treatBadly) {
  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'umbra.v1.json' });
  let connections = 0;
  http.on('upgrade', (request, raw, head) => {
    raw.on('error', () => {});
    connections += 1;
    if (connections === 1 && treatBadly.upgrade) return treatBadly.upgrade(raw);
    return sockets.handleUpgrade(request, raw, head, (socket) => {
      socket.on('error', () => {});
      const first = connections === 1;
      socket.on('message', (data) => {
        if (JSON.parse(data).id !== 'HELLO') return;
        socket.send(JSON.stringify(helloOk({ nowMs: Date.now() })));
        if (first) treatBadly.afterHello(socket, raw);
      });
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  t.after(() => {
    http.closeAllConnections();
    for (const socket of sockets.clients) socket.terminate();
    http.close();
  });
  return `127.0.0.1:${http.address().port}`;
}

/** A frame of the WebSocket protocol, byte by byte. */
const bytes = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));

for (const [what, treatBadly] of [
  ['closes before the upgrade', { upgrade: (raw) => raw.destroy() }],
  ['answers the upgrade with 400', { upgrade: (raw) => raw.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n') }],
  ['answers the upgrade with bytes', { upgrade: (raw) => raw.end(Buffer.alloc(999, 0xfe)) }],
  ['sends bytes that are no frame', { afterHello: (_, raw) => raw.write(Buffer.alloc(64, 0xff)) }],
  ['sends text that is no UTF-8', { afterHello: (_, raw) => raw.write(bytes([0x81, 2, 0xc3, 0x28])) }],
  ['announces a frame of a terabyte', { afterHello: (_, raw) => raw.write(bytes([0x81, 127, 0, 0, 1, 0, 0, 0, 0, 0])) }],
  ['sends a masked frame, as only clients do', { afterHello: (_, raw) => raw.write(bytes([0x81, 0x80 | 1, 1, 2, 3, 4, 5])) }],
  ['sends half a frame and is gone', { afterHello: (_, raw) => raw.end(bytes([0x81, 100, 0x7b])) }],
  ['resets the connection', { afterHello: (_, raw) => raw.resetAndDestroy() }],
]) {
  test(`a server that ${what} is left, and tried again`, async (t) => {
    const address = await hostile(t, treatBadly);
    const player = new Player(address, { userName: 'Ann' });
    t.after(() => player.close());
    player.client.connect();
    await player.until(() => player.states.some(({ name }) => name === 'offline'), 'the loss');
    await player.isIn('online');
    assert.ok(!player.states.some(({ name }) => name === 'refused'), JSON.stringify(player.states));
  });
}

for (const [what, afterHello] of [
  ['a binary message', (socket) => socket.send(Buffer.from('{"id":"KICKED","seq":1,"body":{}}'))],
  ['a message past what is read', (socket) => socket.send(`{"id":"CHAT","seq":1,"body":{"uid":"u","userName":"B","text":"${'x'.repeat(20_000)}"}}`)],
  ['JSON without an end', (socket) => socket.send('{"id":"CHAT","seq":1,"body":{"text":"')],
]) {
  test(`${what} is told as an error, and the client comes back`, async (t) => {
    const address = await hostile(t, { afterHello });
    const player = new Player(address, { userName: 'Ann', frameCharsMax: 10_000 });
    t.after(() => player.close());
    player.client.connect();
    const { code } = await player.until(() => player.errors[0], 'an error');
    assert.equal(code, 'BAD_FRAME');
    await player.isIn('online');
    assert.deepEqual(player.states.map(({ name }) => name), ['connecting', 'online', 'offline', 'connecting', 'online']);
    assert.equal(player.errors.length, 1);
  });
}

test('without a WebSocket the constructor says what to do', () => {
  assert.throws(() => new Player('127.0.0.1:1', { WebSocket: undefined }), { name: 'UmbraError', code: 'NO_WEBSOCKET', message: /ws/ });
});
