//! The client does what docs/clients.md says that a client does at each end of a connection.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { names } from './golden.js';
import { World, online } from './scripted.js';

const GUIDE = readFileSync(new URL('../../../docs/clients.md', import.meta.url), 'utf8');
/** `[code, whether the client comes back]` for each row of the table of close codes. */
const ROWS = [...GUIDE.matchAll(/^\| (\d{4}|none) \| [^|]* \| \*\*(comes back|ends)\*\*/gm)].map(([, code, what]) => [code, what === 'comes back']);

test('the table of close codes is whole', () => {
  assert.deepEqual(ROWS.map(([code]) => code), [...names.closeCodes.map(({ code }) => `${code}`), 'none']);
});

for (const [code, comesBack] of ROWS) {
  test(`a connection that ends with close code ${code} ${comesBack ? 'is followed by another' : 'is the last'}`, async () => {
    const { world, umbra } = await online({ token: 'jwt', userName: undefined });
    world.socket.drop(code === 'none' ? 1006 : Number(code));
    if (code === '4003') {
      // It was the session's token that was bad: afresh, once, and then with no other.
      await world.socket.accept();
      assert.deepEqual(world.socket.sent[0].body, { token: 'jwt' });
      world.socket.drop(4003);
    }
    const before = world.sockets.length;
    world.pass(60_000);
    assert.equal(world.sockets.length > before, comesBack);
    assert.equal(['offline', 'connecting'].includes(umbra.state.name), comesBack, umbra.state.name);
  });
}

test('a refusal of HELLO is passing or final, as the guide says', async () => {
  const passing = /after `(\w+)`, `(\w+)`, `(\w+)` and `(\w+)` the client comes back/.exec(GUIDE.replaceAll('\n', ' ')).slice(1);
  assert.equal(passing.length, 4);
  for (const code of names.errorCodes) {
    const world = new World();
    const umbra = world.client();
    umbra.connect();
    await world.socket.accept();
    world.socket.say({ id: 'ERROR', ref: 1, body: { code, message: 'no' } });
    assert.equal(umbra.state.name, passing.includes(code) ? 'offline' : 'refused', code);
  }
});
