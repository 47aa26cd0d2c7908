import { describe, expect, it } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { minute, stopClock } from '../fixtures/clock.js';
import { newestCode } from '../fixtures/emulator.js';
import { someMemory } from '../fixtures/memory.js';

/** An app, and the keys of the records that it has written. */
async function startWatched() {
  const memory = await someMemory();
  const keys = new Set<string>();
  const { set } = memory.store;
  Object.assign(memory.store, {
    set: (key: string, value: string, ttl: number) => {
      keys.add(key);
      return set.call(memory.store, key, value, ttl);
    },
  });
  return { ...(await startApp({ strategy: memory })), keys };
}

describe('A38: endless reuse of a challenge', () => {
  it('stores one record for one client, which each login renews', async () => {
    const { browser, emulator, keys } = await startWatched();
    const alice = browser();
    await alice.login();
    const written = keys.size;
    for (let times = 0; times < 20; times += 1) {
      expect((await alice.login()).body.challenge.reused).toBe(true);
    }
    expect(keys.size).toBe(written);
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });

  it('is refused to the 101st other client until the code expires, and the first can still enter it', async () => {
    const clock = stopClock();
    const { browser, emulator, keys } = await startWatched();
    const alice = browser();
    await alice.login();
    const written = keys.size;
    const codes: string[] = [];
    for (let times = 0; times < 100; times += 1) {
      codes.push((await browser().login()).body.code);
    }
    expect(codes).toEqual(Array(100).fill('challenge_sent'));
    clock.advance(2 * minute);
    const refused = await browser().login();
    expect(refused.body.code).toBe('send_limit_reached');
    expect(refused.headers['retry-after']).toBe('180');
    expect(keys.size).toBe(written + 100);
    expect(emulator.messages).toHaveLength(1);
    expect((await alice.enter(newestCode(emulator))).status).toBe(200);
  });
});
