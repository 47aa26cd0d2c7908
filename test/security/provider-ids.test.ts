import { describe, expect, it } from 'vitest';
import { type App, startApp } from '../fixtures/app.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { checks, newestCode } from '../fixtures/emulator.js';

/** The provider's id of the challenge that was asked about last. */
function lastId({ emulator }: App): string {
  const asked = emulator.requests.findLast(({ path }) => path === '/responses');
  return JSON.parse(String(asked?.body)).challenge_id;
}

/** The provider texts, and answers with the id of another challenge. */
function repeatId({ emulator }: App, id: string): void {
  const created = new Date();
  const expires = new Date(created.getTime() + 5 * minute);
  emulator.overrideNextReply({
    path: '/challenges',
    reply: 'replaced',
    processed: true,
    body: JSON.stringify({ created, expires, id }),
  });
}

describe('A32: an id that the provider returns for two challenges', () => {
  it('does not let the code of the first verify the second', async () => {
    const app = await startApp();
    const [mallory, alice] = [app.browser(), app.browser()];
    await mallory.login('bob');
    const own = newestCode(app.emulator);
    await mallory.enter('000000');
    repeatId(app, lastId(app));
    const asked = await alice.login('alice');
    expect([asked.status, asked.body.code]).toEqual([502, 'provider_reply_undocumented']);
    const before = checks(app.emulator);
    const entered = await alice.enter(own);
    expect(entered.body.code).toBe('delivery_unknown');
    expect(checks(app.emulator)).toBe(before);
    expect((await mallory.enter(own)).body.user.name).toBe('bob');
  });

  it('leaves the previous code valid when it is returned for a resend', async () => {
    const clock = stopClock();
    const app = await startApp();
    const [mallory, alice] = [app.browser(), app.browser()];
    await mallory.login('bob');
    const own = newestCode(app.emulator);
    await mallory.enter('000000');
    await alice.login('alice');
    const first = newestCode(app.emulator);
    clock.advance(30 * second);
    repeatId(app, lastId(app));
    expect((await alice.resend()).status).toBe(502);
    expect((await alice.enter(own)).body.code).toBe('code_incorrect');
    expect((await alice.enter(first)).status).toBe(200);
  });

  it('is an unknown outcome, after which a resend works', async () => {
    const clock = stopClock();
    const app = await startApp();
    const [mallory, alice] = [app.browser(), app.browser()];
    await mallory.login('bob');
    await mallory.enter('000000');
    repeatId(app, lastId(app));
    await alice.login('alice');
    expect((await alice.get('/login/code')).body.delivery).toBe('unknown');
    clock.advance(30 * second);
    await alice.resend();
    expect((await alice.enter(newestCode(app.emulator))).status).toBe(200);
  });
});
