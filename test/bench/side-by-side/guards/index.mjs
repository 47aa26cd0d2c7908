import { answerTime } from '../../vendors/answer-time.mjs';
import { contenders } from '../contenders.mjs';
import { servers } from '../servers.mjs';
import { changes } from './changes.mjs';
import { codes } from './codes.mjs';
import { oneSms } from './one-sms.mjs';
import { patience } from './patience.mjs';
import { sends } from './sends.mjs';
import { sessions } from './sessions.mjs';
import { startGuardedSite } from './site.mjs';
import { storageDown } from './storage-down.mjs';
import { total, sends as totalSends } from './total.mjs';

const redis = servers.find(({ kind }) => kind === 'redis');

/** Each group has a site of its own. One with a name is one guard in several parts. */
const groups = [
  {
    name: 'one SMS is enough for a login',
    guards: oneSms,
    settings: { untilSent: answerTime() },
  },
  { guards: codes },
  { guards: patience },
  { guards: sends },
  { guards: total, settings: { sends: totalSends } },
  { guards: sessions },
  { guards: changes },
  ...(redis.isThere ? [{ guards: storageDown, server: redis }] : []),
];

/** Plays each guard against each contender. */
export async function guardsSideBySide() {
  const results = [];
  for (const contender of contenders)
    results.push({ name: contender.name, ...(await playAll(contender)) });
  return results;
}

async function playAll(contender) {
  const played = [];
  for (const group of groups) {
    const results = await playGroup(contender, group);
    played.push(...(group.name ? [asOne(group.name, results)] : results));
  }
  return { guards: played, kept: played.filter(({ kept }) => kept).length };
}

/** A guard in several parts is kept if each of them is. */
function asOne(name, parts) {
  const missing = parts.filter(({ kept }) => !kept);
  return {
    name,
    kept: missing.length === 0,
    seen: missing.map((part) => `${part.name}: ${part.seen}`).join('; ') || 'each part',
    parts,
  };
}

async function playGroup(contender, { guards, settings, server }) {
  const running = await server?.start();
  const storage = server && {
    kind: server.kind,
    url: await running.newDatabase(),
    sessions: contender.storesOnlySessions ? 'redis' : 'memory',
  };
  const start = async () => ({
    ...(await startGuardedSite(contender, {
      untilSent: async () => undefined,
      ...settings,
      ...(storage && { storage }),
    })),
    endStorage: running?.stop,
  });
  let site = await start();
  const played = [];
  try {
    for (const { name, play } of guards) {
      const result = await play(site);
      const isRunning = await site.isRunning();
      played.push({ name, ...(isRunning ? result : { kept: false, seen: 'the process ends' }) });
      if (isRunning) continue;
      await site.stop();
      site = await start();
    }
  } finally {
    await site.stop();
    await running?.stop();
  }
  return played;
}
