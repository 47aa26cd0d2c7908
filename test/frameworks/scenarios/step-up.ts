import { expect } from 'vitest';
import { newestCode } from '../../fixtures/emulator.js';
import type { Framework } from '../framework.js';
import type { Scenario } from '../scenario.js';
import { startIn } from '../start.js';

async function logIn(framework: Framework) {
  const app = await startIn(framework);
  const alice = app.browser();
  await alice.login();
  await alice.enter(newestCode(app.emulator));
  return { ...app, alice };
}

/** Requests a code on a route and enters it there; returns the response. */
async function confirm(framework: Framework, path: string) {
  const { alice, emulator } = await logIn(framework);
  const asked = await alice.post(path, {});
  expect(asked.body).toMatchObject({ code: 'challenge_sent', challenge: { purpose: 'step-up' } });
  const code = newestCode(emulator);
  const answered = await alice.post(path, { code });
  expect(answered.status).toBe(200);
  expect(await alice.me()).toBe('alice');
  expect((await alice.post(path, { code })).body.code).toBe('challenge_not_found');
  return answered;
}

const byAuthenticate: Scenario = {
  title: 'a step-up with passport.authenticate and { session: false } keeps session and login',
  run: async (framework) => {
    expect((await confirm(framework, '/confirm')).body.user.name).toBe('alice');
  },
};

const byAuthorize: Scenario = {
  title: 'a step-up with passport.authorize keeps session and login',
  run: async (framework) => {
    expect((await confirm(framework, '/step-up')).body.account.name).toBe('alice');
  },
};

const notByAuthorize: Scenario = {
  title:
    'a step-up with passport.authorize finds no user, with an error that names the alternative',
  run: async (framework) => {
    const { alice } = await logIn(framework);
    const answer = await alice.post('/step-up', {});
    expect(answer.body.code).toBe('user_not_loaded');
    expect(answer.body.message).toContain('use passport.authenticate with { session: false }');
  },
};

/** A logged-in user confirms something. */
export function stepUpScenarios({ authorizeShowsUser }: Framework): readonly Scenario[] {
  return [byAuthenticate, authorizeShowsUser ? byAuthorize : notByAuthorize];
}
