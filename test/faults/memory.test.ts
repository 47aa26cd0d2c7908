import { describe, expect, it } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { checks, newestCode } from '../fixtures/emulator.js';
import { failingMemory } from '../fixtures/memory.js';

describe('F6: the store or the limiter is down', () => {
  it.each([
    ['get', 'store_failed'],
    ['set', 'store_failed'],
    ['limiter', 'limiter_failed'],
  ] as const)('%s: nothing is sent', async (operation, code) => {
    const { memory, failAlways } = await failingMemory();
    const { browser, emulator } = await startApp({ strategy: memory });
    failAlways(operation);
    const answer = await browser().login();
    expect(answer.status).toBe(500);
    expect(answer.body.code).toBe(code);
    expect(emulator.requests).toHaveLength(0);
  });

  it.each([
    ['get', 'store_failed'],
    ['limiter', 'limiter_failed'],
  ] as const)('%s: no code is checked', async (operation, code) => {
    const { memory, failAlways } = await failingMemory();
    const { browser, emulator } = await startApp({ strategy: memory });
    const alice = browser();
    await alice.login();
    failAlways(operation);
    expect((await alice.enter(newestCode(emulator))).body.code).toBe(code);
    expect(checks(emulator)).toBe(0);
  });

  it('delete: a right code whose challenge cannot be deleted logs nobody in', async () => {
    const { memory, failAlways } = await failingMemory();
    const { browser, emulator } = await startApp({ strategy: memory });
    const alice = browser();
    await alice.login();
    failAlways('delete');
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('store_failed');
    expect((await alice.get('/me')).status).toBe(401);
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('challenge_used');
  });

  it('an unreadable record is an error, not an empty answer', async () => {
    const { memory } = await failingMemory();
    const { store, limiter } = memory;
    const { browser } = await startApp({
      strategy: { limiter, store: { ...store, get: () => '{"id":1}' } },
    });
    const answer = await browser().login();
    expect(answer.status).toBe(500);
    expect(answer.body.code).toBe('store_record_unreadable');
  });
});
