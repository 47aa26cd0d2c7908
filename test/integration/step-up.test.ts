import type { AuthenticateCallback } from 'passport';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ConfigurationError } from '../../lib/errors.js';
import {
  type RequireSecondFactorOptions,
  recordSecondFactor,
  requireSecondFactor,
} from '../../lib/index.js';
import type { AppOptions } from '../fixtures/app.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { newestCode } from '../fixtures/emulator.js';
import { startGuarded } from '../fixtures/guarded.js';
import { thrownBy } from '../fixtures/thrown.js';

const alicesPassword = { username: 'alice', password: 'right' };

describe('A route that requires a second factor', () => {
  it('accepts a user who has just logged in with a code', async () => {
    const { logIn } = await startGuarded({ maxAge: 300 });
    const alice = await logIn();
    expect((await alice.post('/guarded')).body).toEqual({ done: true });
  });

  it('refuses a user who is not logged in with first_factor_required', async () => {
    const { browser } = await startGuarded();
    const answer = await browser().post('/guarded');
    expect(answer.status).toBe(401);
    expect(answer.body.code).toBe('first_factor_required');
  });

  it('refuses a second factor older than maxAge, to the millisecond, with the header of RFC 9470', async () => {
    const clock = stopClock();
    const { logIn, stepUp } = await startGuarded({ maxAge: 300 });
    const alice = await logIn();
    clock.advance(5 * minute - 1);
    expect((await alice.post('/guarded')).status).toBe(200);
    clock.advance(1);
    const refused = await alice.post('/guarded');
    expect(refused.status).toBe(401);
    expect(refused.body).toEqual({
      code: 'second_factor_required',
      message: "Confirm it's you by entering a code.",
      maxAge: 300,
    });
    expect(refused.headers['www-authenticate']).toBe(
      'Bearer error="insufficient_user_authentication", error_description="A fresh second factor is required", max_age="300"',
    );
    expect((await stepUp(alice)).status).toBe(200);
    expect((await alice.post('/guarded')).status).toBe(200);
  });

  it('accepts any second factor of this login without maxAge, but none in the future', async () => {
    const clock = stopClock();
    const { logIn } = await startGuarded();
    const alice = await logIn();
    clock.advance(60 * minute);
    expect((await alice.post('/guarded')).status).toBe(200);
    clock.advance(-62 * minute);
    expect((await alice.post('/guarded')).status).toBe(401);
  });

  it('refuses in the language that locale names', async () => {
    const { browser } = await startGuarded({ locale: (request) => request.get('x-language') });
    const { agent } = browser();
    const answer = await agent.post('/guarded').set('x-language', 'es');
    expect(answer.body.message).toBe('Por favor, inicie sesión primero con su contraseña.');
    const { browser: another } = await startGuarded({ locale: 'es' });
    expect((await another().post('/guarded')).body.message).toMatch(/inicie sesión primero/);
  });

  it('agrees with hasSecondFactor', async () => {
    const clock = stopClock();
    const { browser, logIn } = await startGuarded();
    const alice = await logIn();
    expect((await browser().get('/asked')).body).toEqual({ fresh: false });
    expect((await alice.get('/asked')).body).toEqual({ fresh: true });
    clock.advance(minute);
    expect((await alice.get('/asked')).body).toEqual({ fresh: false });
  });

  it('refuses after a login whose second factor was not recorded', async () => {
    const { logIn } = await startGuarded({}, { hook: false });
    const alice = await logIn();
    expect((await alice.get('/me')).status).toBe(200);
    expect((await alice.post('/guarded')).body.code).toBe('second_factor_required');
  });

  it('refuses after a logout', async () => {
    const { logIn } = await startGuarded();
    const alice = await logIn();
    await alice.post('/logout');
    expect((await alice.post('/guarded')).body.code).toBe('first_factor_required');
  });
});

describe('A page that requires a second factor', () => {
  it('redirects to the page that asks for a code, and back once after it', async () => {
    const clock = stopClock();
    const { logIn, stepUp } = await startGuarded({ maxAge: 300, redirectTo: '/confirm' });
    const alice = await logIn();
    clock.advance(5 * minute);
    const sent = await alice.get('/guarded?from=here&to=there');
    expect([sent.status, sent.headers['location']]).toEqual([303, '/confirm']);
    expect((await stepUp(alice)).body).toEqual({ to: '/guarded?from=here&to=there' });
    clock.advance(minute);
    expect((await stepUp(alice)).body).toEqual({ to: '/' });
  });

  it('redirects to the start page after a POST, which a redirect cannot repeat', async () => {
    const clock = stopClock();
    const { logIn, stepUp } = await startGuarded({ maxAge: 300, redirectTo: '/confirm' });
    const alice = await logIn();
    clock.advance(5 * minute);
    await alice.get('/guarded');
    expect((await alice.post('/guarded')).headers['location']).toBe('/confirm');
    expect((await stepUp(alice)).body).toEqual({ to: '/' });
  });

  it('does not redirect a user who is not logged in', async () => {
    const { browser } = await startGuarded({ redirectTo: '/confirm' });
    expect((await browser().get('/guarded')).body.code).toBe('first_factor_required');
  });

  it("is also returned to by Passport's option successReturnToOrRedirect", async () => {
    const clock = stopClock();
    const { logIn, enterAgain } = await startGuarded({ maxAge: 300, redirectTo: '/confirm' });
    const alice = await logIn();
    clock.advance(5 * minute);
    await alice.get('/guarded?x=1');
    expect((await enterAgain(alice)).headers['location']).toBe('/guarded?x=1');
    expect((await alice.get('/guarded')).status).toBe(200);
  });
});

describe('recordSecondFactor', () => {
  it.each(['text', 7, null, undefined, {}, { code: 'verified', purpose: 'login', amr: [] }])(
    'throws info_unknown for an info that is not from a success: %j',
    async (info) => {
      const session = {};
      const error = await thrownBy(ConfigurationError, () => recordSecondFactor({ session }, info));
      expect(error.code).toBe('info_unknown');
      expect(session).toEqual({});
    },
  );

  it('records the second factor when a custom callback calls it', async () => {
    const { emulator, browser } = await startGuarded();
    const alice = browser();
    await alice.login();
    const answer = await alice.post('/callback', { code: newestCode(emulator) });
    expect(answer.body).toEqual({ recorded: true });
    expect((await alice.post('/guarded')).status).toBe(200);
  });

  it('throws session_missing without a session, but not as the hook of Passport', async () => {
    const { emulator, client } = await startGuarded(
      {},
      { session: false, strategy: { state: 'client' } },
    );
    const { challenge } = (await client().post('/login').send(alicesPassword)).body;
    const code = newestCode(emulator);
    const answer = await client().post('/record').send({ challenge: challenge.id, code });
    expect(answer.body).toMatchObject({ code: 'session_missing' });
    const again = (await client().post('/login').send(alicesPassword)).body.challenge;
    const response = { challenge: again.id, code: newestCode(emulator) };
    expect((await client().post('/login/code').send(response)).status).toBe(200);
  });

  it('records nothing after an enrolment', async () => {
    const { emulator, logIn } = await startGuarded({ maxAge: 60 });
    const clock = stopClock();
    const alice = await logIn();
    clock.advance(minute);
    await alice.post('/enrol');
    const answer = await alice.post('/enrol', { code: newestCode(emulator) });
    expect(answer.body).toEqual({ recorded: false });
    expect((await alice.post('/guarded')).status).toBe(401);
  });
});

describe('The option verifiedAt', () => {
  it('replaces the session: a time older than maxAge is refused', async () => {
    const clock = stopClock();
    const verifiedAt = new Date();
    const { logIn } = await startGuarded({ maxAge: 60, verifiedAt: () => verifiedAt });
    const alice = await logIn();
    clock.advance(60 * second - 1);
    expect((await alice.post('/guarded')).status).toBe(200);
    clock.advance(1);
    expect((await alice.post('/guarded')).status).toBe(401);
  });

  it.each([undefined, null, new Date(Number.NaN)])(
    'refuses a token whose time is %s',
    async (verifiedAt) => {
      const { logIn } = await startGuarded({ verifiedAt: () => verifiedAt });
      expect((await (await logIn()).post('/guarded')).status).toBe(401);
    },
  );
});

describe('F30: a guard whose options differ from those of the strategy', () => {
  const asString = ({ id }: Express.User) => String(id);

  it.each<[string, RequireSecondFactorOptions, AppOptions, string, string]>([
    ['its realm', { realm: 'staff' }, {}, 'option_invalid', 'realm'],
    ["the strategy's realm", {}, { strategy: { realm: 'staff' } }, 'option_invalid', 'realm'],
    ['its type of id', { userId: asString }, {}, 'user_unusable', 'userId'],
    [
      "the strategy's type of id",
      {},
      {
        strategy: { userId: (user) => Object({ is: asString(user) }).is },
        verify: (users) => async (verified) => users.find(Number(verified.userId)),
      },
      'user_unusable',
      'userId',
    ],
  ])(
    'answers 500 with the name of the option and requests no code: %s',
    async (_what, guard, app, code, option) => {
      const { logIn } = await startGuarded({ redirectTo: '/confirm', ...guard }, app);
      const { status, body } = await (await logIn()).get('/guarded');
      expect([status, body.code]).toEqual([500, code]);
      expect(body.message).toContain(`"${option}" of the guard`);
      expect(body.message).toContain('that of the strategy');
    },
  );

  it('answers 401 if only the record of another user differs', async () => {
    const { logIn } = await startGuarded({ realm: 'staff', userId: () => 2 });
    expect((await (await logIn()).get('/guarded')).body.code).toBe('second_factor_required');
  });
});

describe("F20: the app's own transformer of infos", () => {
  const scope = (info: object, done: (error: unknown, info?: unknown) => void) =>
    done(null, { ...info, scope: 'read' });
  const before: AppOptions = {
    routes: ({ passport }) => passport.transformAuthInfo(scope),
  };

  it('causes one warning after a step-up if it is registered before recordSecondFactor', async () => {
    const warned = watchWarnings();
    const { passport, logIn, stepUp } = await startGuarded(
      { redirectTo: '/confirm', maxAge: 60 },
      { ...before, hook: false },
    );
    passport.transformAuthInfo(recordSecondFactor);
    const alice = await logIn();
    expect((await alice.get('/guarded')).headers['location']).toBe('/confirm');
    expect(warned).not.toHaveBeenCalled();
    await stepUp(alice);
    expect((await alice.get('/guarded')).headers['location']).toBe('/confirm');
    expect((await alice.post('/guarded')).headers['location']).toBe('/confirm');
    expect(warned).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('before every transformer'),
      { type: 'PassportModica2faWarning', code: 'SECOND_FACTOR_NOT_RECORDED' },
    );
  });

  it.each<[string, RequireSecondFactorOptions, object]>([
    ['a 401', {}, { status: 401, body: { code: 'second_factor_required' } }],
    ['a redirect', { redirectTo: '/confirm' }, { headers: { location: '/confirm' } }],
  ])(
    'is not confused with a custom callback that refuses a step-up: the guard answers with %s',
    async (_what, options, answer) => {
      watchWarnings();
      const clock = stopClock();
      const { logIn, stepUp, emulator } = await startGuarded(
        { maxAge: 60, ...options },
        { routes: refusingCallback },
      );
      const alice = await logIn();
      clock.advance(minute);
      await alice.post('/export');
      expect((await alice.post('/export', { code: newestCode(emulator) })).status).toBe(403);
      expect(await alice.get('/guarded')).toMatchObject(answer);
      await stepUp(alice);
      expect((await alice.get('/guarded')).status).toBe(200);
    },
  );

  it('changes nothing if it is registered after recordSecondFactor', async () => {
    const { logIn, stepUp } = await startGuarded({}, before);
    const alice = await logIn();
    expect((await alice.get('/guarded')).status).toBe(200);
    await stepUp(alice);
    expect((await alice.get('/guarded')).status).toBe(200);
  });

  it('causes no warning in a guard with verifiedAt', async () => {
    const warned = watchWarnings();
    const { logIn, stepUp } = await startGuarded(
      { verifiedAt: () => null },
      { ...before, hook: false },
    );
    const alice = await logIn();
    await stepUp(alice);
    expect((await alice.get('/guarded')).body.code).toBe('second_factor_required');
    expect(warned).not.toHaveBeenCalled();
  });
});

function watchWarnings() {
  const warned = vi.spyOn(process, 'emitWarning').mockReturnValue();
  onTestFinished(() => warned.mockRestore());
  return warned;
}

/** A route whose custom callback refuses every user, even with the correct code. */
const refusingCallback: NonNullable<AppOptions['routes']> = ({ app, passport }) => {
  app.post('/export', (request, response, next) => {
    const refuse: AuthenticateCallback = (error) => {
      if (error) next(error);
      else response.sendStatus(403);
    };
    const options = { purpose: 'step-up', session: false } as const;
    passport.authenticate('modica-2fa', options, refuse)(request, response, next);
  });
};

describe('An option of requireSecondFactor', () => {
  it.each<[string, unknown, string]>([
    ['maxAge', '300', 'must be a number of seconds'],
    ['maxAge', 0, 'must be at least 1'],
    ['maxAge', 1.5, 'must be a whole number of seconds'],
    ['userId', 'id', '(user) => user.id'],
    ['verifiedAt', new Date(), 'that returns a Date, an ISO string or seconds'],
    ['redirectTo', 7, 'must be a path like "/confirm"'],
    ['redirectTo', '//evil.example', 'must be a path on this site, like "/confirm"'],
    ['redirectTo', 'https://example.com', 'must be a path on this site'],
    ['locale', 7, "must be a language like 'es'"],
    ['maxage', 300, 'Unknown option "maxage". Did you mean "maxAge"?'],
  ])(
    'is checked when the middleware is created: "%s" must not be %o',
    async (name, value, hint) => {
      const error = await thrownBy(ConfigurationError, () =>
        requireSecondFactor(Object({ [name]: value })),
      );
      expect(error.code).toBe('option_invalid');
      expect(error.message).toContain(hint);
    },
  );
});
