import type { AuthenticateCallback } from 'passport';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type RequireSecondFactorOptions, recordSecondFactor } from '../../lib/index.js';
import type { AppOptions } from '../fixtures/app.js';
import { minute, stopClock } from '../fixtures/clock.js';
import { newestCode } from '../fixtures/emulator.js';
import { startGuarded } from '../fixtures/guarded.js';

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
