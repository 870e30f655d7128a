//! The page itself: both languages, both sizes, both themes, the keyboard alone, and text that looks like HTML.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESKTOP, PHONE, openBrowser, startMatch } from './players.js';
import { Server } from './server.js';

let server;
let browser;
before(async () => {
  server = await Server.start();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.kill();
});

test('the page speaks the language of the browser, then the chosen one, and remembers it', async () => {
  const ann = await browser.player(server.address, { locale: 'zh-CN' });
  await ann.sees('name-go', '开始游戏');
  assert.equal(await ann.page.getAttribute('html', 'lang'), 'zh-Hans');
  await ann.click('language-en');
  await ann.sees('name-go', 'Play');
  await ann.page.reload();
  await ann.sees('name-go', 'Play');
  await ann.signIn('Ann');
  await ann.fill('code-input', '222222');
  await ann.click('code-join');
  await ann.sees('toast', 'There is no such room');
  await ann.click('language-zh');
  await ann.sees('quick-tictactoe', '快速加入');
  await ann.click('code-join');
  await ann.sees('toast', '房间不存在');
});

for (const [size, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
  for (const [colorScheme, locale] of [['light', 'en-US'], ['dark', 'zh-CN']]) {
    test(`nothing is wider than a ${size}'s window, in ${colorScheme} ${locale}`, async () => {
      const options = { viewport, colorScheme, locale };
      const ann = await browser.player(server.address, options);
      const fits = (where) => ann.assertFitsWidth(where);
      // Drawn: the client that the page runs on is loaded after the page itself.
      await ann.get('name-go').waitFor();
      assert.equal(await ann.page.getAttribute('html', 'data-theme'), colorScheme);
      await fits('name');
      await ann.signIn('A name of 24 characters!');
      const bob = await (await browser.player(server.address, options)).signIn('Unbreakablenameof24chars');
      await fits('lobby');
      await ann.click('create-undercover');
      await fits('create');
      await ann.page.keyboard.press('Escape');
      await startMatch('tictactoe', [ann, bob]);
      await bob.fill('chat-input', 'x'.repeat(300));
      await bob.click('chat-send');
      await ann.sees('feed', 'xxx');
      await fits('tictactoe');
      await bob.click('leave');
      await bob.click('confirm-go');
      await ann.get('outcome').waitFor();
      await fits('outcome');
      await ann.click('leave');
      await ann.get('lobby').waitFor();
      await ann.create('relay');
      await ann.click('start');
      await ann.get('pad').waitFor();
      await fits('relay');
      for (const player of [ann, bob]) {
        assert.deepEqual(player.faults, []);
        await player.context.close();
      }
    });
  }
}

test('a match of tictactoe can be played with the keyboard alone', async () => {
  const [ann, bob] = await Promise.all(['Ann', 'Bob'].map(async (name) => (await browser.player(server.address)).signIn(name)));
  await startMatch('tictactoe', [ann, bob]);
  const keys = async (player, ...names) => { for (const name of names) await player.page.keyboard.press(name); };
  await ann.get('cell-0').focus();
  await bob.get('cell-0').focus();
  await keys(ann, 'ArrowDown', 'ArrowRight', 'Enter');
  await bob.has('cell-4', 'data-mark', 'X');
  await bob.myTurn();
  await keys(bob, 'ArrowRight', 'Space');
  await ann.has('cell-1', 'data-mark', 'O');
  await ann.myTurn();
  await keys(ann, 'ArrowUp', 'ArrowRight', 'Enter');
  await bob.has('cell-2', 'data-mark', 'X');
});

test('what players write is shown as they wrote it and never becomes part of the page', async () => {
  const [ann, bob] = [await browser.player(server.address), await browser.player(server.address)];
  await ann.signIn('<i id=evil>Ann</i>');
  await bob.signIn('Bob');
  await bob.join(await ann.create('tictactoe'));
  await ann.fill('chat-input', '<img id="evil" src=x onerror="document.title=1">');
  await ann.click('chat-send');
  await bob.sees('feed', '<img id="evil"');
  await bob.sees('seat-0', '<i id=evil>Ann</i>');
  assert.equal(await bob.page.locator('#evil').count(), 0);
  assert.equal(await bob.page.title(), 'Umbra');
});

test('the host is told why the match cannot start, and can send somebody out', async () => {
  const [ann, bob] = [await browser.player(server.address), await browser.player(server.address)];
  await ann.signIn('Ann');
  await bob.signIn('Bob');
  const roomId = await ann.create('tictactoe');
  await ann.sees('obstacle', 'At least 2 players are needed.');
  await bob.join(roomId);
  await ann.sees('obstacle', 'Not ready yet: Bob');
  assert.ok(await ann.get('start').isDisabled());
  await bob.click('ready');
  await ann.sees('obstacle', 'Everybody is ready.');
  await ann.click('kick-1');
  await bob.get('lobby').waitFor();
  await bob.sees('toast', 'The host sent you out');
});

test('the list of rooms keeps itself up to date, and a private room is not in it', async () => {
  const [ann, bob] = [await browser.player(server.address), await browser.player(server.address)];
  await ann.signIn('Ann');
  await bob.signIn('Bob');
  await ann.click('create-relay');
  await ann.page.getByTestId('create-private').check();
  await ann.click('create-go');
  const hidden = await ann.text('room-id');
  await ann.click('dissolve');
  await ann.click('confirm-go');
  await ann.get('lobby').waitFor();
  const open = await ann.create('relay');
  await bob.get(`room-${open}`).waitFor();
  assert.equal(await bob.get(`room-${hidden}`).count(), 0);
  await ann.click('leave');
  await bob.get(`room-${open}`).waitFor({ state: 'detached' });
});
