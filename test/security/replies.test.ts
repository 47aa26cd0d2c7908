import { describe, expect, it } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { newestCode } from '../fixtures/emulator.js';

describe('A reply that is not the documented success', () => {
  it.each([
    ['an empty 201', 201, ''],
    ['a 204', 204, ''],
    ['a 200 with the right status', 200, '{"status":"valid"}'],
    ['HTML', 201, '<html>valid</html>'],
    ['a bare string', 201, '"valid"'],
    ['a bare true', 201, 'true'],
    ['another type of status', 201, '{"status":true}'],
    ['a list of statuses', 201, '{"status":["valid"]}'],
    ['a status in another place', 201, '{"result":{"status":"valid"}}'],
    ['another case', 201, '{"status":"VALID"}'],
    ['an unknown status', 201, '{"status":"ok"}'],
    ['a word of the prototype', 201, '{"status":"constructor"}'],
    ['a redirect', 302, '{"status":"valid"}'],
    ['a 400 that says valid', 400, '{"status":"valid"}'],
    ['a 500 that says valid', 500, '{"status":"valid"}'],
  ])('A9: logs no one in: %s', async (_what, status, body) => {
    const { browser, emulator } = await startApp();
    const alice = browser();
    await alice.login();
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status, body });
    const answer = await alice.enter(newestCode(emulator));
    expect(answer.status).toBeGreaterThanOrEqual(401);
    expect((await alice.get('/me')).status).toBe(401);
  });
});
