//! The package as `npm pack` makes it, unpacked where a program would have it: in `node_modules` of an empty folder.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const HERE = fileURLToPath(new URL('..', import.meta.url));

/** `{folder, files, remove}`: the program's folder, and the files of the package. */
export async function packed() {
  const folder = await mkdtemp(join(tmpdir(), 'umbra-packed-'));
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, 'umbra-client'), { recursive: true });
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: HERE });
  const [{ filename, files }] = JSON.parse(stdout);
  await run('tar', ['-xzf', join(folder, filename), '-C', join(modules, 'umbra-client'), '--strip-components=1']);
  for (const name of ['ws', 'typescript']) await symlink(join(HERE, 'node_modules', name), join(modules, name));
  await writeFile(join(folder, 'package.json'), '{"type": "module"}');
  return { folder, files: files.map(({ path }) => path).sort(), remove: () => rm(folder, { recursive: true }) };
}

/** Runs a program of that folder to its end; what it printed. Fails with all of it if it fails, or takes too long. */
export async function runProgram(folder, text, env) {
  const file = join(folder, 'example.js');
  await writeFile(file, text);
  const { stdout, stderr } = await run(process.execPath, [file], { cwd: folder, env: { ...process.env, ...env }, timeout: 60_000 });
  return { stdout, stderr };
}

/** The same, with `heard` called for each line as it is printed. */
export async function startProgram(folder, text, env, heard) {
  const file = join(folder, 'started.js');
  await writeFile(file, text);
  const child = spawn(process.execPath, [file], { cwd: folder, env: { ...process.env, ...env }, timeout: 120_000 });
  const lines = [];
  let stderr = '';
  child.stderr.on('data', (data) => { stderr += data; });
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    heard(line);
  });
  const [status] = await once(child, 'close');
  return { lines, status, stderr };
}

/** What TypeScript says of a program of that folder: nothing, if it is right. */
export async function compileProgram(folder, text) {
  await writeFile(join(folder, 'example.ts'), text);
  const options = ['--strict', '--noEmit', '--target', 'es2022', '--module', 'nodenext', 'example.ts'];
  const compiler = join(folder, 'node_modules/typescript/bin/tsc');
  return run(process.execPath, [compiler, ...options], { cwd: folder }).then(({ stdout }) => stdout, ({ stdout }) => stdout);
}
