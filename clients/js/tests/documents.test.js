//! The package as people get it, and the examples of its documents as people read them: extracted and run as printed.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Proxy } from '../../../tests/browser/proxy.js';
import { Server } from '../../../tests/browser/server.js';
import { compileProgram, packed, runProgram, startProgram } from './packed.js';

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const README = read('../README.md');
const GUIDE = read('../../../docs/clients.md');
/** What a page pays for the client, comments and all. */
const GZIP_BYTES_MAX = 12 * 1024;

let server;
let program;
before(async () => {
  server = await Server.start();
  program = await packed();
});
after(async () => {
  await program?.remove();
  await server?.kill();
});

/** The code blocks of a document in that language. */
const blocks = (text, language) => [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code]) => code);
const UMBRA_URL = () => `ws://${server.address}/ws`;

test('the package holds the modules, their types, what to read and the licences, and nothing else', () => {
  assert.deepEqual(program.files, ['LICENSE-APACHE', 'LICENSE-MIT', 'README.md', 'index.d.ts', 'package.json', 'umbra.frames.js', 'umbra.js']);
  const { dependencies, private: secret } = JSON.parse(read('../package.json'));
  assert.deepEqual([dependencies, secret], [undefined, false]);
});

test('the modules together stay within their budget', () => {
  const packed = ['../umbra.js', '../umbra.frames.js'].reduce((sum, file) => sum + gzipSync(read(file), { level: 9 }).length, 0);
  assert.ok(packed <= GZIP_BYTES_MAX, `${packed} bytes after gzip, at most ${GZIP_BYTES_MAX}`);
});

test('what the module exports is what its types declare, to the last member and option', async () => {
  const types = read('../index.d.ts');
  const named = (pattern, text) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))].sort();
  const part = (head) => new RegExp(`^export (?:declare )?${head} \\{\n(.*?)^\\}`, 'ms').exec(types)[1];
  const module = await import('../umbra.js');
  assert.deepEqual(Object.keys(module).sort(), named(/^export declare (?:const|class) (\w+)/gm, types));

  const members = Object.getOwnPropertyNames(module.UmbraClient.prototype).sort();
  assert.deepEqual(members, named(/^  (?:get )?(\w+)(?:<.*>)?\(/gm, part('class UmbraClient<G extends Game = AnyGame>')));

  const [, head] = /^export class UmbraClient \{(.*?)^  constructor/ms.exec(read('../umbra.js'));
  assert.deepEqual(named(/\[?options\.(\w+)/g, head), named(/^  (\w+)\??:/gm, part('interface Options')));
});

test('the example of the README runs as printed', async () => {
  const [example, ...more] = blocks(README, 'js');
  assert.equal(more.length, 0);
  const { stdout, stderr } = await runProgram(program.folder, example, { UMBRA_URL: UMBRA_URL() });
  assert.match(stdout, /^connection: connecting\nconnection: online\nseat 0 said {"hello":"[2-9A-Z]{6}"}\nconnection: closed\n$/);
  assert.equal(stderr, '');
});

test('the TypeScript of the README compiles as printed', async () => {
  const [example, ...more] = blocks(README, 'ts');
  assert.equal(more.length, 0);
  assert.equal(await compileProgram(program.folder, example), '');
  assert.notEqual(await compileProgram(program.folder, example.replace('cell: 4', 'cel: 4')), '', 'the compiler looks');
});

test('the first example of the guide runs as printed', async () => {
  const [example] = blocks(GUIDE, 'js');
  const { stdout, stderr } = await runProgram(program.folder, example, { UMBRA_URL: UMBRA_URL() });
  assert.match(stdout, /^connecting\nbegin from the lobby\nonline\n1 USER_JOINED\n2 GAME_STARTED\n3 GAME_EVENT\n/);
  assert.equal(stderr, '');
});

test("the guide's own client, written in an afternoon, misses nothing and says nothing twice while its wire is cut", async () => {
  const [, example, ...more] = blocks(GUIDE, 'js');
  assert.equal(more.length, 0);
  const wire = await Proxy.before(server.port);
  try {
    const cuts = new Set(['5 line 5', '6 line 6', '20 line 20', '33 line 33']);
    const { lines, status, stderr } = await startProgram(program.folder, example, { UMBRA_URL: `ws://${wire.address}/ws` }, (line) => {
      if (!cuts.delete(line)) return;
      wire.cut();
      wire.mend();
    });
    assert.deepEqual(lines, Array.from({ length: 50 }, (_, i) => `${i + 1} line ${i + 1}`));
    assert.deepEqual([status, stderr, cuts.size], [0, '', 0]);
    assert.ok(wire.accepted >= 5, `${wire.accepted} connections`);
  } finally {
    wire.close();
  }
});
