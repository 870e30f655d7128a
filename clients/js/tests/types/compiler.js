//! Runs TypeScript over a program, in a folder of its own.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const TSC = file('../../node_modules/typescript/bin/tsc');
const SETTINGS = file('tsconfig.json');

/** What the compiler complains of in the program, a line each; with several `edits` of the package's types, for each of
 *  them. One run for all: most of a run is the compiler's own start. */
export async function complaints(program, edits = [(types) => types]) {
  const folder = await mkdtemp(join(tmpdir(), 'umbra-types-'));
  try {
    const types = await readFile(file('../../index.d.ts'), 'utf8');
    for (const [n, edit] of edits.entries()) {
      await writeFile(join(folder, `types${n}.d.ts`), edit(types));
      await writeFile(join(folder, `program${n}.ts`), program(`./types${n}.js`));
    }
    await writeFile(join(folder, 'package.json'), '{"type": "module"}');
    const files = edits.map((_, n) => `program${n}.ts`);
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ extends: SETTINGS, files }));
    const lines = await compile(folder);
    const about = (n) => lines.filter((line) => line.startsWith(`program${n}.ts(`) || line.startsWith(`types${n}.d.ts(`));
    const found = edits.map((_, n) => about(n));
    // A complaint about no file is about how the compiler was run.
    if (found.flat().length !== lines.length) throw new Error(lines.join('\n'));
    return found;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What it complains of in `usage.ts`. */
export const complaintsAboutUsage = () => compile(file('.'));

function compile(folder) {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [TSC, '-p', folder, '--pretty', 'false'], { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout) => {
      const lines = stdout.split('\n').filter((line) => line && !line.startsWith(' ')); // what is indented explains the line before
      if (error && lines.length === 0) reject(error);
      else resolve(lines);
    });
  });
}
