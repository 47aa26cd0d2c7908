import { describe, expect, it } from 'vitest';
import { inMemory, type ModicaTwoFactorStrategy } from '../../../lib/index.js';
import { startApp } from '../../fixtures/app.js';
import { newestCode, wrongCodeFor } from '../../fixtures/emulator.js';

const actions = ['unlock', 'cancel', 'forget'] as const;
type Action = (typeof actions)[number];

/** An app whose ids are of this kind, and a user who is locked while a challenge is pending. */
async function startLocked(id: string | number) {
  const app = await startApp({
    strategy: { ...inMemory(), userId: () => Object({ id }).id, limits: { failuresPerUser: 1 } },
    verify: (users) => async () => users.alice,
  });
  const alice = app.browser();
  await alice.login();
  await alice.enter(wrongCodeFor(app.emulator));
  const answer = async () => (await alice.enter(newestCode(app.emulator))).body.code;
  const pages = () => alice.get('/login/code');
  return { ...app, answer, pages };
}

/** What the code page and the right code say after the action. */
async function resultOf(action: Action, had: string | number, given: string | number) {
  const { strategy, answer, pages } = await startLocked(had);
  await strategy[action](given);
  return { shown: (await pages()).body !== null, code: await answer() };
}

const undone = { shown: true, code: 'user_locked' };

const done: Record<Action, object> = {
  unlock: { shown: true, code: undefined },
  cancel: { shown: false, code: 'challenge_used' },
  forget: { shown: false, code: 'challenge_not_found' },
};

describe.each(actions)('F19: %s', (action) => {
  it.each<[string | number, string | number]>([
    [7, 7],
    [7, '7'],
    ['7', 7],
    ['7', '7'],
    [0, '0'],
    [-0, 0],
    [-7, '-7'],
    [7.5, '7.5'],
    [1e21, '1e+21'],
    ['alice', 'alice'],
    ['007', '007'],
    ['1e3', '1e3'],
    ['NaN', 'NaN'],
    ['Infinity', 'Infinity'],
    ['12345678901234567890', '12345678901234567890'],
    [' alice', ' alice'],
    ['a b', 'a b'],
  ])('takes the id %j, given as %j', async (had, given) => {
    expect(await resultOf(action, had, given)).toEqual(done[action]);
  });

  it.each<[string | number, string | number]>([
    [7, '007'],
    ['7', '007'],
    ['007', 7],
    [1000, '1e3'],
    ['1e3', 1000],
    [7, '7.0'],
    [7, '+7'],
    [7, '0x7'],
    [7, '٧'],
    ['alice', 'Alice'],
    ['alice ', 'alice'],
    [12345678901234567000, '12345678901234567890'],
  ])(
    'leaves the user %j alone when the id is %j, which may be that of another',
    async (had, given) => {
      expect(await resultOf(action, had, given)).toEqual(undone);
    },
  );

  it.each<[unknown, string]>([
    [undefined, 'of the type undefined'],
    [null, 'null'],
    ['', 'an empty string'],
    [Number.NaN, 'not a finite number'],
    [Number.POSITIVE_INFINITY, 'not a finite number'],
    [7n, 'of the type bigint'],
    [true, 'of the type boolean'],
    [Symbol('7'), 'of the type symbol'],
    [{ id: 7 }, 'of the type object'],
    [['7'], 'of the type object'],
    [new Number(7), 'of the type object'],
    [new String('7'), 'of the type object'],
    [{ toString: () => '7' }, 'of the type object'],
    [() => 7, 'of the type function'],
    [' 7', 'white space'],
    ['7\n', 'white space'],
    ['\t7', 'white space'],
    ['\u00a07', 'white space'],
  ])('rejects %o, which does not fit, and does nothing: %s', async (given, problem) => {
    const { strategy, answer, pages } = await startLocked(7);
    const call = Reflect.apply(strategy[action], strategy, [given]);
    await expect(call).rejects.toMatchObject({
      name: 'ConfigurationError',
      code: 'user_unusable',
      message: expect.stringContaining(problem),
    });
    expect({ shown: (await pages()).body !== null, code: await answer() }).toEqual(undone);
  });

  it('does not repeat what was passed in the place of an id', async () => {
    const { strategy } = await startLocked(7);
    const call: ReturnType<ModicaTwoFactorStrategy['unlock']> = Reflect.apply(
      strategy[action],
      strategy,
      [{ id: 7, mobile: '+64211111111' }],
    );
    const error = await call.catch((thrown: unknown) => thrown);
    expect(String(error)).not.toContain('11111');
  });
});
