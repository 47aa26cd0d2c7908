import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Limits, recordSecondFactor, requireSecondFactor } from '../../lib/index.js';
import type { AppOptions } from '../fixtures/app.js';
import { startAppWithDevices } from '../fixtures/devices.js';
import { newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { watched } from '../fixtures/kept.js';
import { someMemory } from '../fixtures/memory.js';
import { someRecoveryCodes } from '../fixtures/recovery-codes.js';

/** The table in docs/support.md: its head, and its rows with the footnotes taken off. */
const [head = [], ...rows] = readFileSync('docs/support.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| (what is kept|[^|]+\| (stays|void|deleted)\b)/.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replaceAll(/[`¹²³]/g, '').trim()),
  );

/** @param options - Further options of the strategy. */
async function start(options: AppOptions['strategy']) {
  const { memory, kept } = watched(await someMemory());
  const passwords = { version: 1 };
  const version = () => passwords.version;
  const app = await startAppWithDevices({
    memory,
    strategy: { ...memory, ...options, userVersion: version },
    devices: { passwordVersion: version },
    routes: (parts) => {
      parts.passport.transformAuthInfo(recordSecondFactor);
      parts.app.get('/guarded', requireSecondFactor(), parts.answerUser);
    },
  });
  const isKept = async (...kinds: readonly string[]) =>
    (await kept()).some((kind) => kinds.includes(kind));
  const alice = app.browser();
  return {
    ...app,
    passwords,
    isKept,
    alice,
    enterRight: () => alice.enter(newestCode(app.emulator)),
    enterWrong: () => alice.enter(wrongCodeFor(app.emulator)),
    /** The code with which another browser's first factor is answered. */
    codeOfLogin: async (username?: string) => (await app.browser().login(username)).body.code,
  };
}

type App = Awaited<ReturnType<typeof start>>;

/** What support or the app does about user 1. */
const actions: Readonly<Record<string, (app: App) => Promise<void> | void>> = {
  'unlock(id)': ({ strategy }) => strategy.unlock(1),
  'cancel(id)': ({ strategy }) => strategy.cancel(1),
  'forget(id)': ({ strategy }) => strategy.forget(1),
  'revokeAll(user)': ({ devices, users }) => devices.revokeAll(users.alice),
  'new password': ({ passwords }) => {
    passwords.version = 2;
  },
};

interface Kept {
  readonly limits?: Limits;
  /** The kinds of its keys in the storage. */
  readonly keys: readonly string[];
  /** Makes the app keep it. */
  prepare(app: App): PromiseLike<unknown>;
  /** Whether it has an effect. */
  works(app: App): Promise<boolean>;
}

const otherNumber = '+64213333333';

const kept: Readonly<Record<string, Kept>> = {
  'pending challenges': {
    keys: ['challenge'],
    prepare: ({ alice }) => alice.login(),
    works: async ({ enterRight }) => (await enterRight()).status === 200,
  },
  'attempts on a challenge': {
    keys: ['attempts'],
    prepare: ({ alice, enterWrong }) => alice.login().then(enterWrong),
    works: async ({ enterWrong }) => (await enterWrong()).body.attemptsRemaining === 3,
  },
  'cooldown after the last SMS': {
    limits: { attemptsPerChallenge: 1 },
    keys: ['send-right'],
    prepare: ({ alice, enterWrong }) => alice.login().then(enterWrong),
    works: async ({ codeOfLogin }) => (await codeOfLogin()) === 'resend_too_soon',
  },
  'recent failures of the user': {
    limits: { failuresPerUser: 2 },
    keys: ['failures'],
    prepare: ({ alice, enterWrong }) => alice.login().then(enterWrong),
    works: async ({ alice, enterWrong, enterRight }) => {
      await alice.login();
      await enterWrong();
      return (await enterRight()).body.code === 'user_locked';
    },
  },
  'lock of the user, and the number of earlier locks': {
    limits: { failuresPerUser: 1 },
    keys: ['locked', 'locks'],
    prepare: ({ alice, enterWrong }) => alice.login().then(enterWrong),
    works: async ({ codeOfLogin }) => (await codeOfLogin()) === 'user_locked',
  },
  'consecutive failures (at most 100)': {
    limits: { consecutiveFailures: 1 },
    keys: ['failures-in-a-row'],
    prepare: ({ alice, enterWrong }) => alice.login().then(enterWrong),
    works: async ({ codeOfLogin }) => (await codeOfLogin()) === 'user_locked',
  },
  'SMS per hour: the user': {
    limits: { sendsPerHour: 1 },
    keys: ['sends-user'],
    prepare: ({ alice, enterRight }) => alice.login().then(enterRight),
    works: async ({ users, codeOfLogin }) => {
      users.alice.mobile = otherNumber;
      return (await codeOfLogin()) === 'send_limit_reached';
    },
  },
  'SMS per hour: the number': {
    limits: { sendsPerHour: 1 },
    keys: ['sends-destination'],
    prepare: ({ alice, enterRight }) => alice.login().then(enterRight),
    works: async ({ users, codeOfLogin }) => {
      users.bob.mobile = users.alice.mobile;
      return (await codeOfLogin('bob')) === 'send_limit_reached';
    },
  },
  'unanswered SMS: the user': {
    limits: { unansweredSendsPerHour: 1 },
    keys: ['unanswered-user'],
    prepare: ({ alice }) => alice.login(),
    works: async ({ users, codeOfLogin }) => {
      users.alice.mobile = otherNumber;
      return (await codeOfLogin()) === 'send_limit_reached';
    },
  },
  'unanswered SMS: the number': {
    limits: { unansweredSendsPerHour: 1 },
    keys: ['unanswered-destination'],
    prepare: ({ alice }) => alice.login(),
    works: async ({ users, codeOfLogin }) => {
      users.bob.mobile = users.alice.mobile;
      return (await codeOfLogin('bob')) === 'send_limit_reached';
    },
  },
  'second factor recorded in a session': {
    keys: [],
    prepare: ({ alice, enterRight }) => alice.login().then(enterRight),
    works: async ({ alice }) => (await alice.get('/guarded')).status === 200,
  },
};

type Fate = 'stays' | 'void' | 'deleted';

async function fateOf({ limits = {}, keys, prepare, works }: Kept, action: string): Promise<Fate> {
  const app = await start({ limits });
  await prepare(app);
  await actions[action]?.(app);
  const isKept = await app.isKept(...keys);
  if (await works(app)) return 'stays';
  return isKept ? 'void' : 'deleted';
}

/** A device is trusted by what its browser holds. */
async function fateOfDevice(action: string): Promise<Fate> {
  const app = await start({});
  const cookie = await app.trusted();
  await actions[action]?.(app);
  const isKept = await app.isKept('device', 'device-mark');
  if ((await app.login(cookie)).body.info?.code === 'trusted_device') return 'stays';
  return isKept ? 'void' : 'deleted';
}

/** Recovery codes are in a table of the app. */
async function fateOfRecoveryCodes(action: string): Promise<Fate> {
  const { option: recoveryCodes, code, left } = await someRecoveryCodes();
  const app = await start({ recoveryCodes });
  await actions[action]?.(app);
  const isKept = left() > 0;
  const { status } = await app
    .client()
    .post('/login')
    .send({ username: 'alice', password: 'right', recoveryCode: code() });
  if (status === 200) return 'stays';
  return isKept ? 'void' : 'deleted';
}

/** Ids and hashes that name neither the user nor the number. */
async function fateOfHashes(action: string): Promise<Fate> {
  const app = await start({});
  await app.trusted();
  await app.alice.login();
  await actions[action]?.(app);
  return (await app.isKept('first-factor', 'used', 'reference', 'sends-destination'))
    ? 'stays'
    : 'deleted';
}

const fates: Readonly<Record<string, (action: string) => Promise<Fate>>> = {
  ...Object.fromEntries(
    Object.entries(kept).map(([what, how]) => [what, (action: string) => fateOf(how, action)]),
  ),
  'trusted devices': fateOfDevice,
  'recovery codes': fateOfRecoveryCodes,
  'random ids and hashes': fateOfHashes,
};

describe('The table in docs/support.md', () => {
  it('has a row for everything that is kept, and a column for every action', () => {
    expect(head.slice(1)).toEqual(Object.keys(actions));
    expect(rows.map(([what]) => what)).toEqual(Object.keys(fates));
  });

  const cells = rows.flatMap(([what = '', ...written]) =>
    written.map((fate, index) => ({ what, action: head[index + 1] ?? '', fate })),
  );

  it.each(cells)('says what $action does to $what: $fate', async ({ what, action, fate }) => {
    expect(await fates[what]?.(action)).toBe(fate);
  });
});
