import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
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

/** Each source becomes its JavaScript and its types, and nothing else: no maps, no sources. */
const builtFrom = (source) =>
  source.endsWith('.mts')
    ? [source.replace(/mts$/, 'mjs'), source.replace(/mts$/, 'd.mts')]
    : [source.replace(/ts$/, 'js'), source.replace(/ts$/, 'd.ts')];

/** The tarball holds what lib becomes, and nothing that lay around. */
export async function checkFiles(tarball) {
  const sources = (await readdir(path.join(root, 'lib'), { recursive: true })).filter((file) =>
    /\.m?ts$/.test(file),
  );
  const built = sources.flatMap(builtFrom).map((file) => `dist/${file}`);
  const listed = await run('tar', ['-tzf', tarball], { cwd: root });
  const packed = new Set(listed.trim().split('\n'));
  const wanted = new Set([...always, ...built].map((file) => `package/${file}`));
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
