import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, inject, it } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { listen } from '../fixtures/listen.js';
import { type LoginReport, logIn, type Surroundings } from './login.js';
import { startUnreliableModica } from './modica.js';

const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 1_000_000);
const logins = Number(process.env['SOAK_LOGINS'] ?? 10_000);

/** How many log in at once, and after how many all is counted. */
const atOnce = 64;
const rounds = 10;

async function startSurroundings(): Promise<Surroundings> {
  const modica = await startUnreliableModica(seed);
  const app = await startApp({
    session: false,
    strategy: { state: 'client', baseUrl: modica.url },
  });
  const { port } = await listen(createServer(app.app));
  return { app, url: `http://127.0.0.1:${port}`, modica };
}

/** So many new people log in, some at once. */
async function logInAll(surroundings: Surroundings, from: number, to: number) {
  const reports: LoginReport[] = [];
  let next = from;
  const oneAfterTheOther = async () => {
    while (next < to) {
      const number = next;
      next += 1;
      const person = {
        id: 1000 + number,
        name: `user${number}`,
        mobile: `+642${10_000_000 + number}`,
      };
      surroundings.app.users.all.push(person);
      reports.push(await logIn(surroundings, person));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, oneAfterTheOther));
  surroundings.app.users.all.length = 0;
  return reports;
}

/** Milliseconds after which a kept connection is given back. */
const keptFor = 6000;

function heapInUse(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** What of a login in this process's memory may stay there until it expires. In bytes. */
const keptOfALogin = inject('storage') ? 0 : 3000;

/** By how much a heap may differ for other reasons. In bytes. */
const grain = 5_000_000;

describe(`${logins} logins with a Modica that fails as it likes (SOAK_SEED=${seed})`, () => {
  it('leave every count exact, send no SMS twice, and leave neither memory nor handles behind', async () => {
    const surroundings = await startSurroundings();
    const { counts } = surroundings.modica;
    const reports: LoginReport[] = [];
    const heaps: number[] = [];
    const handles: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const [from = 0, to = 0] = [round, round + 1].map((edge) => (edge * logins) / rounds);
      reports.push(...(await logInAll(surroundings, Math.round(from), Math.round(to))));
      heaps.push(heapInUse());
      if (round > 0 && round < rounds - 1) continue;
      await delay(keptFor);
      handles.push(process.getActiveResourcesInfo().length);
    }
    const ended = (way: LoginReport['end']) => reports.filter(({ end }) => end === way).length;
    const ends = { loggedIn: ended('logged in'), outOfAttempts: ended('out of attempts') };
    const megabytes = heaps.map((heap) => Math.round(heap / 100_000) / 10);
    process.stdout.write(`${JSON.stringify({ seed, ...counts, ...ends, megabytes, handles })}\n`);

    expect(ends.loggedIn).toBeGreaterThan(logins / 2);
    expect(counts.checked).toBe(reports.reduce((sum, { attempts }) => sum + attempts, 0));
    expect(counts.sentTwice).toBe(0);
    // By the third round all code is warm and all buffers are as large as they get.
    const [, , warm = 0] = heaps;
    const grown = (heaps.at(-1) ?? 0) - warm;
    expect(grown).toBeLessThan(grain + keptOfALogin * 0.7 * logins);
    expect(handles.at(-1)).toBeLessThanOrEqual(handles[0] ?? 0);
  });
});
