import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from './shell.mjs';

const root = path.resolve(import.meta.dirname, '../../..');

/** Packs the package as it would be published, built anew. Gives the file. */
export async function pack(folder) {
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root });
  const [file] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  assert.ok(file, 'npm pack gave no file');
  return path.join(folder, file);
}

/** What npm takes along whatever "files" says. */
const always = ['LICENSE', 'README.md', 'package.json'];

/** What an app imports, and the command, as package.json names them. */
async function entries() {
  const { exports, bin } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const files = Object.values(exports).flatMap((one) =>
    typeof one === 'string' ? [] : [one.import.default, one.require.default],
  );
  return [...files, ...Object.values(bin)].map((file) => path.normalize(file));
}

/** What the entries share. */
const shared = ['core', 'emulator'].map((name) => `dist/shared/${name}.js`);

/** The tarball holds the entries, what they share and the types of lib, and nothing that lay around. */
export async function checkFiles(tarball) {
  const sources = await readdir(path.join(root, 'lib'), { recursive: true });
  const types = sources
    .filter((file) => /(?<!\.d)\.m?ts$/.test(file))
    .map((file) => `dist/${file.replace(/(m?ts)$/, 'd.$1')}`);
  const listed = await run('tar', ['-tzf', tarball], { cwd: root });
  const packed = new Set(listed.trim().split('\n'));
  const wanted = new Set(
    [...always, ...(await entries()), ...shared, ...types].map((one) => `package/${one}`),
  );
  const stray = [...packed].filter((file) => !wanted.has(file));
  const missing = [...wanted].filter((file) => !packed.has(file));
  assert.deepEqual({ stray, missing }, { stray: [], missing: [] });
}

/** Two programs that know the mistakes of others. Nothing is ignored. */
export async function lint(tarball) {
  const program = (name) => path.join(root, 'node_modules/.bin', name);
  await run(program('publint'), ['--strict', tarball], { cwd: root });
  await run(program('attw'), [tarball], { cwd: root });
}
