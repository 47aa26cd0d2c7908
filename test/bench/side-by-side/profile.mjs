import { Session } from 'node:inspector/promises';
import { ours } from '../ours.mjs';

const session = new Session();

export async function startProfile() {
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
}

/** Ends it: milliseconds that this process spent in the code of each package. */
export async function endProfile() {
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const spent = {};
  for (const [at, id] of profile.samples.entries()) {
    const { callFrame } = nodes.get(id);
    if (callFrame.functionName === '(idle)') continue;
    const owner = ownerOf(callFrame);
    spent[owner] = (spent[owner] ?? 0) + profile.timeDeltas[at] / 1000;
  }
  return spent;
}

function ownerOf({ functionName, url }) {
  if (url === '' || url.startsWith('node:')) {
    return functionName === '(garbage collector)' ? 'garbage collection' : 'Node';
  }
  const [, installed] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (installed !== undefined) return installed;
  return url.includes('/dist/') ? ours : 'the app';
}
