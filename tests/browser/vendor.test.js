//! The one library inside the page is the published one, unchanged; this folder's lock file says which.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

const text = (path) => readFile(new URL(path, import.meta.url), 'utf8');

test("the page's preact is byte for byte that of the package, with its licence beside it", async () => {
  assert.equal(await text('../../web/vendor/preact.js'), await text('node_modules/preact/dist/preact.mjs'));
  assert.equal(await text('../../web/vendor/preact.LICENSE.txt'), await text('node_modules/preact/LICENSE'));
});
