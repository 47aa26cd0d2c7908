import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
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

/** Beside what is built and `docs`. */
const documents = ['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json'];

/** Everything in `docs`, which is not there before there is something to say. */
async function pages() {
  const folder = path.join(root, 'docs');
  if (!existsSync(folder)) return [];
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .map((file) => path.relative(root, path.join(file.parentPath, file.name)));
}

/** They only pass on what is shared, and have nothing to map. */
const passedOn = ['./dist/index.js', './dist/emulator.js'];

/** What is built of each entry that package.json names, and what the entries share. */
async function built() {
  const { exports, bin } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const library = Object.values(exports).flatMap((entry) => entry.require ?? []);
  const shared = (await readdir(path.join(root, 'dist/shared'))).filter((name) =>
    name.endsWith('.js'),
  );
  const code = [
    ...library,
    ...Object.values(bin),
    ...shared.map((name) => `./dist/shared/${name}`),
  ];
  const mapped = code.filter((file) => !passedOn.includes(file)).map((file) => `${file}.map`);
  const beside = ['.mjs', '.d.ts', '.d.mts'].flatMap((ending) =>
    library.map((file) => file.replace(/\.js$/, ending)),
  );
  // An entry without `require` is an ES module alone, for browsers.
  const modules = Object.values(exports).filter((entry) => String(entry).endsWith('.mjs'));
  const forBrowsers = modules.flatMap((file) => [
    file,
    `${file}.map`,
    file.replace(/mjs$/, 'd.mts'),
  ]);
  return [...code, ...mapped, ...beside, ...forBrowsers, './dist/shared/types.d.ts'].map(
    path.normalize,
  );
}

async function filesIn(tarball) {
  return (await run('tar', ['-tzf', tarball], { cwd: root })).trim().split('\n');
}

/** The tarball holds the documents and what is built, and nothing that lay around. */
export async function checkFiles(tarball) {
  const packed = await filesIn(tarball);
  const wanted = [...documents, ...(await pages()), ...(await built())];
  assert.deepEqual(packed.sort(), wanted.map((file) => `package/${file}`).sort());
}

/** An app that uses another zod, or none, must not need ours to compile. */
export async function checkDeclarations(tarball) {
  const files = await filesIn(tarball);
  const declarations = files.filter((file) => /\.d\.m?ts$/.test(file));
  assert.ok(declarations.length > 0, 'there are no declarations');
  for (const file of declarations) {
    const text = await run('tar', ['-xzOf', tarball, file], { cwd: root });
    assert.doesNotMatch(text, /\bzod\b/i, `${file} names zod`);
  }
}

/**
 * Two programs that know the mistakes of others. Nothing is ignored, except that there is no CommonJS for
 * browsers.
 */
export async function lint(tarball) {
  const program = (name) => path.join(root, 'node_modules/.bin', name);
  await run(program('publint'), ['--strict', tarball], { cwd: root });
  await run(program('attw'), [tarball, '--exclude-entrypoints', './browser'], { cwd: root });
  const esModule = ['--entrypoints', './browser', '--profile', 'esm-only'];
  await run(program('attw'), [tarball, ...esModule], { cwd: root });
}
