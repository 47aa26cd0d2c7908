import { expect } from 'vitest';
import { newestCode } from '../../fixtures/emulator.js';
import type { Framework } from '../framework.js';
import type { Scenario } from '../scenario.js';
import { startIn } from '../start.js';

const credentials = { username: 'alice', password: 'right' };

const everywhere: readonly Scenario[] = [
  {
    title:
      'a first factor that logs in to the session is undone, with an error that names the solution',
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
    title: 'a first factor in a session that is logged in is an error and ends that login',
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
    title: 'no code is sent without a first factor',
    run: async (framework) => {
      const { browser, emulator } = await startIn(framework);
      const answer = await browser().post('/without-first-factor', { user: { id: 1 } });
      expect([answer.status, answer.body.code]).toEqual([401, 'first_factor_required']);
      expect(emulator.requests).toHaveLength(0);
    },
  },
  {
    title: 'a step-up without passport.session() is an error that names it',
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
    title: 'a code in an empty request is refused, and is not an error of the app',
    run: async (framework) => {
      const { browser } = await startIn(framework);
      const answer = await browser().post('/login/code');
      expect([answer.status, answer.body.code]).toEqual([400, 'code_malformed']);
    },
  },
];

const sessionForgotten: Scenario = {
  title: 'the first request without session middleware is an error that names it',
  run: async (framework) => {
    const { browser, emulator } = await startIn(framework, 'the session');
    const answer = await browser().login();
    expect([answer.status, answer.body.code]).toEqual([500, 'session_missing']);
    expect(emulator.requests).toHaveLength(0);
  },
};

const sessionChecked: Scenario = {
  title: 'an app without session middleware does not start, with an error that names it',
  run: async (framework) => {
    await expect(startIn(framework, 'the session')).rejects.toThrow("decorator 'session'");
  },
};

const parserForgotten: Scenario = {
  title: 'a code without a body parser is an error that names it',
  run: async (framework) => {
    const { browser } = await startIn(framework, 'the body parser');
    const answer = await browser().enter('123456');
    expect([answer.status, answer.body.code]).toEqual([500, 'body_missing']);
    expect((await browser().post('/without-first-factor')).body.code).toBe('first_factor_required');
  },
};

const parserBuiltIn: Scenario = {
  title: 'a body of another type is refused by the framework, which always parses bodies',
  run: async (framework) => {
    const { browser } = await startIn(framework);
    const answer = await browser().postText('/login/code', 'application/xml', '<code/>');
    expect(answer.status).toBe(415);
  },
};

const flashForgotten: Scenario = {
  title: 'failureFlash without flash messages is an error that does not end the process',
  run: async (framework) => {
    const { browser } = await startIn(framework);
    const answer = await browser().post('/flash', { code: '123456' });
    expect([answer.status, answer.body.kind]).toEqual([500, 'TypeError']);
    expect((await browser().login()).body.code).toBe('challenge_sent');
  },
};

const flashBuiltIn: Scenario = {
  title: 'failureFlash finds the built-in flash messages',
  run: async (framework) => {
    const { browser } = await startIn(framework);
    const answer = await browser().post('/flash', { code: '123456' });
    expect([answer.status, answer.body.kind]).toEqual([401, 'AuthenticationError']);
  },
};

/** Apps with a mistake in their configuration. */
export function mistakeScenarios({ builtIn }: Framework): readonly Scenario[] {
  return [
    ...everywhere,
    builtIn.includes('a check for sessions') ? sessionChecked : sessionForgotten,
    builtIn.includes('the body parser') ? parserBuiltIn : parserForgotten,
    builtIn.includes('flash messages') ? flashBuiltIn : flashForgotten,
  ];
}
