//! Players for the tests: one browser, a context of its own for each player, and the moves that every test needs.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const WAIT_MS = 30_000;
const FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** The page over the client that is WebAssembly and speaks the binary encoding. */
export const WASM = '/wasm';
export const PHONE = { width: 360, height: 640 };
export const DESKTOP = { width: 1280, height: 800 };

/** A browser with nothing in it; `close()` leaves nothing behind. */
export async function openBrowser() {
  const profile = await mkdtemp(join(tmpdir(), 'umbra-browser-'));
  // The profile holds the disk cache and crash state; the players' own storage is in their contexts.
  const browser = await chromium.launch({
    executablePath: process.env.UMBRA_CHROMIUM ?? '/usr/bin/chromium', headless: true, args: [...FLAGS, `--disk-cache-dir=${profile}`],
  });
  return {
    player: (address, options) => Player.open(browser, address, options),
    async close() {
      await browser.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** One user in front of one page. A fault in the page's console fails the test that looks at `faults`. */
export class Player {
  faults = [];

  static async open(browser, address, { locale = 'en-US', viewport = DESKTOP, colorScheme = 'light', path = '/' } = {}) {
    const player = new Player();
    player.address = address;
    player.path = path;
    player.context = await browser.newContext({ locale, viewport, colorScheme, hasTouch: viewport.width < 600 });
    player.context.setDefaultTimeout(WAIT_MS);
    player.page = await player.openTab();
    return player;
  }

  async openTab() {
    const page = await this.context.newPage();
    page.on('pageerror', (error) => this.faults.push(String(error)));
    page.on('console', (message) => {
      // The browser itself reports each refused connection; that is the network's fault and what some tests are about.
      if (message.type() === 'error' && !/WebSocket|ERR_|Failed to load resource/.test(message.text())) this.faults.push(message.text());
    });
    await page.goto(`http://${this.address}${this.path}`);
    return page;
  }

  get(testid) { return this.page.getByTestId(testid); }
  click(testid) { return this.get(testid).click(); }
  fill(testid, text) { return this.get(testid).fill(text); }
  text(testid) { return this.get(testid).innerText(); }

  /** Waits for one element to show the text. */
  sees(testid, text) { return this.get(testid).filter({ hasText: text }).first().waitFor(); }
  /** Waits for an attribute of the room, the turn, a seat … to have a value. */
  has(testid, attribute, value) { return this.page.locator(`[data-testid="${testid}"][${attribute}="${value}"]`).waitFor({ state: 'attached' }); }
  isIn(state) { return this.has('connection', 'data-state', state); }

  async signIn(name) {
    this.name = name;
    await this.fill('name-input', name);
    await this.click('name-go');
    await this.get('lobby').waitFor();
    return this;
  }

  /** Opens a room and says its code. */
  async create(game) {
    await this.click(`create-${game}`);
    await this.click('create-go');
    return this.text('room-id');
  }

  async join(roomId) {
    await this.fill('code-input', roomId);
    await this.click('code-join');
    await this.get('room').waitFor();
  }

  myTurn() { return this.has('turn', 'data-mine', 'true'); }

  /** Wider than its window means scrolling sideways, which no screen of this page may need. */
  async assertFitsWidth(where) {
    const [content, window] = await this.page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.ok(content <= window, `${where}: ${content} px of content in a window of ${window} px`);
  }
}

/** A room with everybody in it and the match running. The first of `players` is the host; resolves to its code. */
export async function startMatch(game, players) {
  const [host, ...others] = players;
  const roomId = await host.create(game);
  for (const player of others) {
    await player.join(roomId);
    await player.click('ready');
  }
  await host.page.locator('[data-testid="start"]:enabled').click();
  await Promise.all(players.map((player) => player.has('room', 'data-phase', 'IN_GAME')));
  return roomId;
}
