import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
const peers = JSON.parse(await readFile(path.join(import.meta.dirname, 'package.json'), 'utf8'));

/** B8: what npm puts into an empty app, in KiB and packages. Passport, which apps have, counts in none. */
export async function installed() {
  const scratch = await mkdtemp(path.join(tmpdir(), 'bench-'));
  try {
    await run('npm', ['pack', '--silent', '--pack-destination', scratch], { cwd: root });
    const [tarball] = (await readdir(scratch)).filter((file) => file.endsWith('.tgz'));
    const wanted = {
      'passport-modica-2fa': path.join(scratch, tarball),
      ...Object.fromEntries(
        Object.entries(peers.dependencies).map(([name, version]) => [name, `${name}@${version}`]),
      ),
    };
    const sizes = {};
    for (const [name, what] of Object.entries(wanted)) sizes[name] = await sizeOf(scratch, what);
    return sizes;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function sizeOf(scratch, what) {
  const app = await mkdtemp(path.join(scratch, 'app-'));
  await writeFile(path.join(app, 'package.json'), '{ "private": true }');
  const quiet = ['--silent', '--ignore-scripts', '--omit=peer', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...quiet, what], { cwd: app });
  const { stdout } = await run('du', ['-sk', 'node_modules'], { cwd: app });
  const lock = await readFile(path.join(app, 'node_modules/.package-lock.json'), 'utf8');
  const packages = Object.keys(JSON.parse(lock).packages).length;
  return { kibibytes: Number.parseInt(stdout, 10), packages };
}
