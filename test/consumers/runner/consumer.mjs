import { existsSync } from 'node:fs';
import { cp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { install, run } from './shell.mjs';

const consumers = path.resolve(import.meta.dirname, '..');

/** Every folder that is a package of its own. */
export async function consumerNames() {
  const names = await readdir(consumers);
  return names.filter((name) => existsSync(path.join(consumers, name, 'package.json'))).sort();
}

/** Copies a consumer, with what all of them share beside its own files. */
async function copyOf(name, scratch) {
  const folder = path.join(scratch, name);
  await cp(path.join(consumers, name), folder, { recursive: true });
  await cp(path.join(consumers, 'shared'), path.join(folder, 'shared'), { recursive: true });
  return folder;
}

/** What a consumer names in its package.json, where it is not npm. */
async function packageManagerOf(folder) {
  const manifest = await readFile(path.join(folder, 'package.json'), 'utf8');
  return JSON.parse(manifest).packageManager;
}

/** Installs all of it anew, because what npm picks depends on the Node that runs it. */
async function installFresh(folder, tarball, { node }) {
  await rm(path.join(folder, 'node_modules'), { recursive: true, force: true });
  const packageManager = await packageManagerOf(folder);
  if (packageManager) {
    await run('npx', ['--yes', packageManager, 'add', tarball], { cwd: folder, node });
  } else {
    await install(folder, [tarball], node);
  }
  // Once: what compiles knows nothing of the runtime.
  if (!existsSync(path.join(folder, 'dist'))) {
    await run('npm', ['run', '--if-present', 'build'], { cwd: folder, node });
  }
}

/** The version of got that the package finds in an app. */
async function gotIn(folder) {
  // pnpm links packages: the dependencies of one are beside what its link leads to.
  const ours = await realpath(path.join(folder, 'node_modules/passport-modica-2fa'));
  const own = path.join(ours, 'node_modules/got');
  const got = existsSync(own) ? own : path.join(ours, '../got');
  return JSON.parse(await readFile(path.join(got, 'package.json'), 'utf8')).version;
}

/** Runs a consumer with one got, its own where none is wanted; gives the version of that. */
async function attempt(folder, tarball, runtime, wanted) {
  if (!wanted || wanted === runtime.newestGot) await installFresh(folder, tarball, runtime);
  else await install(folder, ['--no-save', `got@${wanted}`], runtime.node);
  const got = await gotIn(folder);
  if (wanted && !got.startsWith(wanted))
    throw new Error(`npm picked got ${got}, and not ${wanted}`);
  const printed = await run('npm', ['test'], { cwd: folder, node: runtime.node });
  if (!printed.includes(`ok on Node ${runtime.version}`)) throw new Error(printed);
  return got;
}

/** Runs a consumer on every runtime, and tells how each went. */
export async function runConsumer({ name, tarball, scratch, runtimes, tell }) {
  const folder = await copyOf(name, scratch);
  const isNpm = !(await packageManagerOf(folder));
  for (const runtime of runtimes) {
    for (const wanted of isNpm ? [runtime.newestGot, ...runtime.olderGots] : [undefined]) {
      const began = Date.now();
      const result = { name, node: runtime.version, wanted };
      const seconds = () => (Date.now() - began) / 1000;
      try {
        const got = await attempt(folder, tarball, runtime, wanted);
        tell({ ...result, got, passed: true, seconds: seconds() });
      } catch (error) {
        tell({ ...result, passed: false, seconds: seconds(), error });
      }
    }
  }
}
