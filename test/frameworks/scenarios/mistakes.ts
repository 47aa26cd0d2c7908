import { expect } from 'vitest';
import { newestCode } from '../../fixtures/emulator.js';
import type { Framework } from '../framework.js';
import type { Scenario } from '../scenario.js';
import { startIn } from '../start.js';

const credentials = { username: 'alice', password: 'right' };

const everywhere: readonly Scenario[] = [
  {
    title: 'a first factor that logs in by itself is an error that names the hint, and is undone',
    run: async (framework) => {
      const { browser, emulator } = await startIn(framework);
      const alice = browser();
      const answer = await alice.post('/half', credentials);
      expect([answer.status, answer.body.code]).toEqual([500, 'first_factor_logged_in']);
      expect(answer.body.message).toContain('{ session: false }');
      expect(await alice.me()).toBeUndefined();
      expect(emulator.requests).toHaveLength(0);
    },
  },
  {
    title: 'a first factor of somebody who is logged in is an error, and logs them out',
    run: async (framework) => {
      const { browser, emulator } = await startIn(framework);
      const alice = browser();
      await alice.login();
      await alice.enter(newestCode(emulator));
      expect((await alice.login('bob')).body.code).toBe('first_factor_logged_in');
      expect(await alice.me()).toBeUndefined();
    },
  },
  {
    title: 'without a first factor nobody is challenged',
    run: async (framework) => {
      const { browser, emulator } = await startIn(framework);
      const answer = await browser().post('/nobody', { user: { id: 1 } });
      expect([answer.status, answer.body.code]).toEqual([401, 'first_factor_required']);
      expect(emulator.requests).toHaveLength(0);
    },
  },
  {
    title: 'without passport.session() a step-up is an error that names it',
    run: async (framework) => {
      const { browser, emulator } = await startIn(framework, 'passport.session()');
      const alice = browser();
      await alice.login();
      expect((await alice.enter(newestCode(emulator))).status).toBe(200);
      const answer = await alice.post('/confirm', {});
      expect([answer.status, answer.body.code]).toEqual([500, 'user_not_loaded']);
      expect(answer.body.message).toContain('passport.session()');
    },
  },
  {
    title: 'a code that is posted as nothing at all is refused, and is no fault of the app',
    run: async (framework) => {
      const { browser } = await startIn(framework);
      const answer = await browser().post('/login/code');
      expect([answer.status, answer.body.code]).toEqual([400, 'code_malformed']);
    },
  },
];

const sessionForgotten: Scenario = {
  title: 'without session middleware the first request is an error that names it',
  run: async (framework) => {
    const { browser, emulator } = await startIn(framework, 'the session');
    const answer = await browser().login();
    expect([answer.status, answer.body.code]).toEqual([500, 'session_missing']);
    expect(emulator.requests).toHaveLength(0);
  },
};

const sessionChecked: Scenario = {
  title: 'without session middleware the app does not start, and the error names it',
  run: async (framework) => {
    await expect(startIn(framework, 'the session')).rejects.toThrow("decorator 'session'");
  },
};

const parserForgotten: Scenario = {
  title: 'without a body parser a code is an error that names it',
  run: async (framework) => {
    const { browser } = await startIn(framework, 'the body parser');
    const answer = await browser().enter('123456');
    expect([answer.status, answer.body.code]).toEqual([500, 'body_missing']);
    expect((await browser().post('/nobody')).body.code).toBe('first_factor_required');
  },
};

const parserBuiltIn: Scenario = {
  title: 'a body parser cannot be forgotten: what is not parsed is refused before it gets here',
  run: async (framework) => {
    const { browser } = await startIn(framework);
    const answer = await browser().postText('/login/code', 'application/xml', '<code/>');
    expect(answer.status).toBe(415);
  },
};

const flashForgotten: Scenario = {
  title: 'failureFlash without flash messages is an error, and the app lives on',
  run: async (framework) => {
    const { browser } = await startIn(framework);
    const answer = await browser().post('/flash', { code: '123456' });
    expect([answer.status, answer.body.kind]).toEqual([500, 'TypeError']);
    expect((await browser().login()).body.code).toBe('challenge_sent');
  },
};

const flashBuiltIn: Scenario = {
  title: 'failureFlash finds flash messages built in',
  run: async (framework) => {
    const { browser } = await startIn(framework);
    const answer = await browser().post('/flash', { code: '123456' });
    expect([answer.status, answer.body.kind]).toEqual([401, 'AuthenticationError']);
  },
};

/** Apps that are put together wrongly. */
export function mistakeScenarios({ builtIn }: Framework): readonly Scenario[] {
  return [
    ...everywhere,
    builtIn.includes('a check for sessions') ? sessionChecked : sessionForgotten,
    builtIn.includes('the body parser') ? parserBuiltIn : parserForgotten,
    builtIn.includes('flash messages') ? flashBuiltIn : flashForgotten,
  ];
}
