import { describe, expect, it } from 'vitest';
import { second, stopClock } from '../fixtures/clock.js';
import { infobipWithDefaultLimits } from './profiles/infobip.js';
import { infobipRuns } from './runs.js';
import { startWith } from './start.js';

it.each(infobipRuns)('%s: %s', (_profile, _scenario, run) => run());

describe("Infobip with an application's default limits", () => {
  it('checks one code in three seconds: a second is a typed error that costs an attempt', async () => {
    const clock = stopClock();
    const { browser, newestCode, wrongCode } = await startWith(infobipWithDefaultLimits);
    const alice = browser();
    await alice.login();
    await alice.enter(wrongCode());
    const early = await alice.enter(newestCode());
    expect([early.status, early.body.code]).toEqual([503, 'provider_throttled']);
    expect((await alice.get('/login/code')).body.attemptsRemaining).toBe(3);
    clock.advance(3 * second);
    expect((await alice.enter(newestCode())).status).toBe(200);
  });

  it('sends three SMS per day to a number: the fourth is a 429', async () => {
    const clock = stopClock();
    const { browser, emulator, logIn } = await startWith(infobipWithDefaultLimits);
    for (let times = 0; times < 3; times += 1) {
      const alice = await logIn();
      await alice.post('/logout');
      clock.advance(3 * second);
    }
    const refused = await browser().login();
    expect([refused.status, refused.body.code]).toEqual([429, 'send_limit_reached']);
    expect(emulator.messages).toHaveLength(3);
  });
});
