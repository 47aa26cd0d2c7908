import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Activity } from '../../example-app/express/src/activity.js';
import { demoMobile, demoUser } from '../../example-app/express/src/demonstration.js';
import { minute, second, stopClock } from '../fixtures/clock.js';
import { closedGate } from '../fixtures/gate.js';
import { hasRedis, startRedis } from '../fixtures/redis.js';
import { withoutRedis } from '../left-out/lacking.js';
import { someAppDatabase } from './app-database.js';
import { type BrowserOf, browserOf, deviceCookieOf, titleOf } from './browser-of.js';
import { startDemonstration } from './example.js';

const another = { username: 'another', password: 'another-password', mobile: '+64219876543' };
const newNumber = '+64215550123';

async function start(environment?: NodeJS.ProcessEnv) {
  const demo = await startDemonstration(environment);
  return { ...demo, demo, somebody: browserOf(demo), browser: () => browserOf(demo) };
}

/** What happened, the first first. */
async function typesOf(somebody: BrowserOf): Promise<readonly string[]> {
  const activity: readonly { type: string }[] = await somebody.activity();
  return activity.map(({ type }) => type).reverse();
}

describe('The activity of an account', () => {
  it('records logins, with the time and the masked number', async () => {
    stopClock();
    const { somebody } = await start();
    await somebody.logIn();

    const at = new Date().toISOString();
    expect(await somebody.activity()).toEqual([
      { type: 'logged_in', at },
      { type: 'code_sent', at, destination: '•••••67' },
    ]);
  });

  it('records incorrect codes and the lock, also for logins that fail', async () => {
    const clock = stopClock();
    const { somebody, browser, wrongCode } = await start();
    await somebody.logIn();
    const guesser = browser();
    for (let round = 0; round < 2; round += 1) {
      await guesser.login();
      for (let attempt = 0; attempt < 5; attempt += 1) await guesser.enter(wrongCode());
      clock.advance(31 * second);
    }

    const wrong = Array.from({ length: 5 }, () => 'code_wrong');
    expect((await typesOf(somebody)).slice(2)).toEqual([
      'code_sent',
      ...wrong,
      'code_sent',
      ...wrong,
      'locked',
    ]);
  });

  it('records when trusted devices are added, used and removed', async () => {
    const clock = stopClock();
    const { somebody, browser } = await start();
    const cookie = deviceCookieOf(await somebody.logIn(demoUser, { trust: true })) ?? '';
    await somebody.login().expect(200);
    // The cookie that the first of them gave is used: the one before it can only be a copy.
    await somebody.login().expect(200);
    clock.advance(minute);
    await browser().login().set('Cookie', cookie).expect(401);
    clock.advance(minute);
    await somebody.logIn(demoUser, { trust: true });
    await somebody.agent.delete('/api/me/devices').expect(204);

    expect((await typesOf(somebody)).filter((each) => each.startsWith('device'))).toEqual([
      'device_trusted',
      'device_used',
      'device_used',
      'device_token_reused',
      'device_trusted',
      'device_revoked',
    ]);
  });

  it('records a new number, a new password and an approved payment', async () => {
    const { somebody, newestCode } = await start();
    await somebody.logIn();
    const mobile = newNumber;
    await somebody.agent.post('/api/me/mobile').send({ mobile });
    await somebody.agent.post('/api/me/mobile').send({ mobile, code: newestCode() }).expect(200);
    await somebody.agent.post('/api/payments').send({ payee: 'Bakery', amount: '12.50' });
    await somebody.agent.post('/api/payments/1/confirmation').send({});
    const code = newestCode();
    await somebody.agent.post('/api/payments/1/confirmation').send({ code }).expect(200);
    const passwords = { currentPassword: demoUser.password, newPassword: 'a new password' };
    await somebody.agent.post('/api/me/password').send(passwords).expect(200);

    expect((await typesOf(somebody)).slice(2)).toEqual([
      'code_sent',
      'number_changed',
      'code_sent',
      'confirmed',
      'payment_approved',
      'password_changed',
    ]);
  });

  it('contains no code and no full number', async () => {
    const { somebody, newestCode } = await start();
    const codes: string[] = [];
    await somebody.logIn();
    codes.push(newestCode());
    await somebody.agent.post('/api/me/mobile').send({ mobile: newNumber });
    codes.push(newestCode());

    const seen = [
      JSON.stringify(await somebody.activity()),
      (await somebody.open('/account/activity')).text,
    ];
    for (const text of seen) {
      for (const secret of [...codes, newNumber.slice(-7), demoMobile.slice(-7)]) {
        expect(text).not.toContain(secret);
      }
      expect(text).toContain('•••••23');
    }
  });

  it('is shown on a page, in words and with times', async () => {
    const { somebody } = await start();
    await somebody.logIn(demoUser, { trust: true });

    const page = await somebody.open('/account/activity');
    expect(titleOf(page)).toBe('Recent activity');
    expect(page.text).toContain('Trusted device added');
    expect(page.text).toContain('Logged in with password and code');
    expect(page.text).toMatch(/Code sent to <span class="number">•••••67<\/span>/);
    expect(page.text.match(/<time datetime=/g)).toHaveLength(3);
    expect(page.headers['cache-control']).toBe('no-store');
    await somebody.agent.post('/account/activity').expect(405).expect('Allow', 'GET');
    await somebody.agent.post('/api/me/activity').send({}).expect(405);
  });

  it('is not shown to other users', async () => {
    const { somebody, browser, enrol } = await start();
    await somebody.logIn(demoUser, { trust: true });
    const stranger = browser();
    await enrol(another);
    await stranger.logIn(another);

    expect(await typesOf(stranger)).toEqual(['code_sent', 'logged_in']);
    for (const place of ['/api/me/activity?user=1', '/api/me/activity?id=1']) {
      const { body } = await stranger.agent.get(place).expect(200);
      expect(body.activity).toHaveLength(2);
    }
    await stranger.agent.get('/api/me/activity/1').expect(404);
    expect((await stranger.open('/account/activity?user=1')).text).not.toContain('trusted');
    expect(await typesOf(somebody)).toHaveLength(3);
  });

  it('keeps the newest 200 entries of each user, and shows 50', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'example-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = path.join(folder, 'activity.sqlite');
    const activity = new Activity(await someAppDatabase(file));
    const database = new Database(file);
    database.exec(`WITH RECURSIVE counted(n) AS (SELECT 1 UNION SELECT n + 1 FROM counted WHERE n < 210)
      INSERT INTO activity (user_id, happening, at) SELECT 1 + n % 2, 'code_wrong', n FROM
        (SELECT n FROM counted UNION ALL SELECT n FROM counted)`);

    await activity.record(1, 'code_sent', { destination: 'newest' });
    const shown = await activity.of(1);
    expect(shown).toHaveLength(50);
    expect(shown[0]).toMatchObject({ type: 'code_sent', destination: 'newest' });
    const rows = database.prepare('SELECT user_id, count(*) FROM activity GROUP BY user_id');
    expect(rows.raw().all()).toEqual([
      [1, 200],
      [2, 210],
    ]);
    database.close();
  });
});

describe('The activity in a file of an earlier release', () => {
  it('stays, and takes what support does', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'example-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = path.join(folder, 'activity.sqlite');
    const database = new Database(file);
    database.exec(`CREATE TABLE activity (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        user_id INTEGER NOT NULL,
        happening TEXT NOT NULL,
        at INTEGER NOT NULL,
        destination TEXT
      ) STRICT;
      INSERT INTO activity (user_id, happening, at) VALUES (1, 'locked', 7)`);
    database.close();

    const [activity, another] = [
      new Activity(await someAppDatabase(file)),
      new Activity(await someAppDatabase(file)),
    ];
    await activity.record(1, 'unlocked', { actor: 'support' });
    const entries = (await another.of(1)).map(({ type, actor }) => ({ type, actor }));
    expect(entries).toEqual([
      { type: 'unlocked', actor: 'support' },
      { type: 'locked', actor: undefined },
    ]);
  });
});

describe('Two apps in one process', () => {
  it('each record the activity of their own user 1, also at the same time', async () => {
    const [one, other] = [await start(), await start()];
    const gate = closedGate();
    one.emulator.overrideNextReply({ reply: 'held', until: gate.opened });
    const first = one.somebody.login().then((answer) => answer);
    await other.somebody.logIn();
    gate.open();
    await first;
    await one.somebody.enter(one.wrongCode()).expect(401);
    await one.somebody.enter(one.newestCode()).expect(200);

    expect(await typesOf(other.somebody)).toEqual(['code_sent', 'logged_in']);
    expect(await typesOf(one.somebody)).toEqual(['code_sent', 'code_wrong', 'logged_in']);
  });

  it.runIf(hasRedis)(
    `note theirs where both have one Redis and one realm${withoutRedis}`,
    async () => {
      const { url: REDIS_URL } = await startRedis();
      const [one, other] = [await start({ REDIS_URL }), await start({ REDIS_URL })];
      await one.somebody.logIn(demoUser, { trust: true });

      expect(await typesOf(one.somebody)).toEqual(['code_sent', 'logged_in', 'device_trusted']);
      const reader = other.somebody;
      await reader.logIn();
      expect(await typesOf(reader)).toEqual(['code_sent', 'logged_in']);
    },
  );
});

describe('An activity that cannot be written', () => {
  it('does not stop a login, and is logged', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const record = vi
      .spyOn(Activity.prototype, 'record')
      .mockRejectedValue(new Error('The disk is full'));
    const { somebody } = await start();

    await somebody.logIn();
    expect(log).toHaveBeenCalledTimes(2);
    record.mockRestore();
    log.mockRestore();
    expect(await somebody.activity()).toEqual([]);
  });
});
