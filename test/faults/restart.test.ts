import { describe, expect, inject, it } from 'vitest';
import { type App, startApp } from '../fixtures/app.js';
import { checks, newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { someMemory } from '../fixtures/memory.js';

/** An app that keeps nothing of its own: its clients post the challenge's id. */
async function startProcess(memory: Awaited<ReturnType<typeof someMemory>>, baseUrl?: string) {
  const there = baseUrl === undefined ? {} : { baseUrl };
  return startApp({ session: false, strategy: { ...memory, ...there, state: 'client' } });
}

const login = ({ client }: App) =>
  client().post('/login').send({ username: 'alice', password: 'right' });
const enter = ({ client }: App, challenge: string, code: string) =>
  client().post('/login/code').send({ challenge, code });

describe('F10: two nodes with one storage', () => {
  it('share attempts and single use between phase one on one node and phase two on the other', async () => {
    const memory = await someMemory();
    const first = await startProcess(memory);
    const { emulator } = first;
    const second = await startProcess(memory, emulator.url);
    const { id } = (await login(first)).body.challenge;
    await enter(second, id, wrongCodeFor(emulator));
    expect((await login(second)).body.challenge).toMatchObject({
      reused: true,
      attemptsRemaining: 4,
    });
    expect((await enter(second, id, newestCode(emulator))).body.user.name).toBe('alice');
    const again = await enter(first, id, newestCode(emulator));
    expect(again.body.code).toBe('challenge_not_found');
    expect([emulator.messages.length, checks(emulator)]).toEqual([1, 2]);
  });
});

describe('F9: when the app restarts between the phases', () => {
  it.runIf(inject('storage'))(
    'with a database nothing is lost: challenge, attempts, single use',
    async () => {
      const memory = await someMemory();
      const before = await startProcess(memory);
      const { id } = (await login(before)).body.challenge;
      await enter(before, id, wrongCodeFor(before.emulator));
      const after = await startProcess(memory, before.emulator.url);
      expect((await login(after)).body.challenge).toMatchObject({
        reused: true,
        attemptsRemaining: 4,
      });
      expect((await enter(after, id, newestCode(before.emulator))).status).toBe(200);
      const again = await startProcess(memory, before.emulator.url);
      expect((await enter(again, id, newestCode(before.emulator))).body.code).toBe(
        'challenge_not_found',
      );
    },
  );

  it.skipIf(inject('storage'))(
    'in memory: a clear "start again", no call to Modica, and a new login',
    async () => {
      const before = await startProcess(await someMemory());
      const { id } = (await login(before)).body.challenge;
      const after = await startProcess(await someMemory(), before.emulator.url);
      const refused = await enter(after, id, newestCode(before.emulator));
      expect(refused.status).toBe(401);
      expect(refused.body).toEqual({
        code: 'challenge_not_found',
        message: 'There is no code to enter. Please start again.',
      });
      expect(checks(before.emulator)).toBe(0);
      const { challenge } = (await login(after)).body;
      expect(challenge.reused).toBe(false);
      expect((await enter(after, challenge.id, newestCode(before.emulator))).status).toBe(200);
    },
  );
});
