import { inspect } from 'node:util';
import type express from 'express';
import { describe, expect, it } from 'vitest';
import { isTwoFactorError } from '../../lib/index.js';
import { hour, minute, second, stopClock } from '../fixtures/clock.js';
import {
  cookieName,
  deviceCookieOf,
  deviceIdOf,
  isOfDevice,
  startAppWithDevices,
  watchedMemory,
} from '../fixtures/devices.js';
import { listenToEvents } from '../fixtures/events.js';
import { failingMemory, someMemory } from '../fixtures/memory.js';

const day = 24 * hour;

const secretsOf = (cookie: string) => cookie.split('.').slice(1);

/** Everything that a logger could print of a value. */
const shown = (value: unknown) =>
  inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true }) + JSON.stringify(value);

describe('A device token', () => {
  it('is not looked up if it is malformed', async () => {
    const { memory, asked } = await watchedMemory();
    const { login, emulator } = await startAppWithDevices({ memory });
    const id = 'a'.repeat(22);
    const forms = [
      ...['', '.', id, `${id}.${id}`, `${id}.${id}.`, `.${id}.${id}`, `${id}.${id}.${id}a`],
      ...[`${id}a.${id}.${id}`, `${id}.${id}.${id}.${id}`, `${id}.${id}%2E${id}`, '%'],
      ...[`"${id}.${id}.${id}"`, `${id}.${id}.${'*'.repeat(22)}`, '[object Object]'],
      ...[`${'a'.repeat(7000)}.${id}.${id}`, `s:${id}.${id}.${id}`, '__proto__', '{"$ne":null}'],
    ];
    for (const form of forms) {
      const answer = await login(`${cookieName}=${form}`);
      expect(answer.body.code).toBe('challenge_sent');
    }
    expect(asked.filter(isOfDevice)).toEqual([]);
    expect(emulator.messages).toHaveLength(1);
  });

  it('is refused if it was never issued', async () => {
    const { trusted, login, emulator } = await startAppWithDevices();
    await trusted();
    const made = `${cookieName}=${'a'.repeat(22)}.${'b'.repeat(22)}.${'c'.repeat(22)}`;
    expect((await login(made)).body.code).toBe('challenge_sent');
    expect(emulator.messages).toHaveLength(2);
  });

  it('is refused if only its id is right', async () => {
    const { trusted, login } = await startAppWithDevices();
    const cookie = await trusted();
    const made = `${cookieName}=${deviceIdOf(cookie)}.${'b'.repeat(22)}.${'c'.repeat(22)}`;
    expect((await login(made)).body.code).toBe('challenge_sent');
    expect((await login(cookie)).body.info.code).toBe('trusted_device');
  });

  it('is refused for any other user, even with the same phone number', async () => {
    const { trusted, login, users, emulator } = await startAppWithDevices();
    const cookie = await trusted('alice');
    users.bob.mobile = users.alice.mobile;
    expect((await login(cookie, 'bob')).body.code).toBe('challenge_sent');
    expect(emulator.messages).toHaveLength(2);
    expect((await login(cookie, 'alice')).body.info.code).toBe('trusted_device');
  });

  it('is refused in another realm', async () => {
    const memory = await someMemory();
    const { trusted } = await startAppWithDevices({ memory });
    const staff = await startAppWithDevices({ memory, strategy: { realm: 'staff' } });
    const cookie = await trusted();
    expect((await staff.login(cookie)).body.code).toBe('challenge_sent');
  });

  it('is refused after a change of the password', async () => {
    const { trusted, login, passwords, emulator } = await startAppWithDevices();
    const cookie = await trusted();
    passwords.set(1, 'the second password');
    expect((await login(cookie)).body.code).toBe('challenge_sent');
    expect(emulator.messages).toHaveLength(2);
  });

  it('is refused after a change of the phone number', async () => {
    const { trusted, login, users, emulator } = await startAppWithDevices();
    const cookie = await trusted();
    users.alice.mobile = '+64219999999';
    expect((await login(cookie)).body.code).toBe('challenge_sent');
    expect(emulator.messages.map(({ to }) => to)).toEqual(['+64211111111', '+64219999999']);
  });

  it('is valid until maxAge, which logins do not extend', async () => {
    const clock = stopClock();
    const { trusted, login, emulator } = await startAppWithDevices();
    const first = await trusted();
    clock.advance(20 * day);
    const used = await login(first);
    expect(used.headers['set-cookie']).toEqual(
      expect.arrayContaining([expect.stringContaining(`Max-Age=${(10 * day) / second};`)]),
    );
    clock.advance(10 * day - minute);
    const last = deviceCookieOf(await login(deviceCookieOf(used))) ?? '';
    expect(last).not.toBe('');
    clock.advance(minute);
    expect((await login(last)).body.code).toBe('challenge_sent');
    expect(emulator.messages).toHaveLength(2);
  });

  it('is refused if the clock was set back by more than a minute', async () => {
    const clock = stopClock();
    const { trusted, login } = await startAppWithDevices();
    const cookie = await trusted();
    clock.advance(-minute - 1);
    expect((await login(cookie)).body.info).toBeUndefined();
    clock.advance(1);
    expect((await login(cookie)).body.info.code).toBe('trusted_device');
  });

  it('expires by a maxAge that was shortened since', async () => {
    const clock = stopClock();
    const memory = await someMemory();
    const { trusted } = await startAppWithDevices({ memory });
    const strict = await startAppWithDevices({ memory, devices: { maxAge: 3600 } });
    const cookie = await trusted();
    clock.advance(hour);
    expect((await strict.login(cookie)).body.code).toBe('challenge_sent');
  });
});

describe('The secret of a device', () => {
  it('changes with each login', async () => {
    const clock = stopClock();
    const { trusted, login, emulator } = await startAppWithDevices();
    const cookies = [await trusted()];
    for (let logins = 0; logins < 5; logins += 1) {
      clock.advance(minute);
      cookies.push(deviceCookieOf(await login(cookies.at(-1))) ?? '');
    }
    expect(new Set(cookies.map((cookie) => secretsOf(cookie)[1])).size).toBe(6);
    expect(new Set(cookies.map(deviceIdOf)).size).toBe(1);
    expect(emulator.messages).toHaveLength(1);
  });

  it('appears in no record, event, error or response but the cookie', async () => {
    const events = listenToEvents();
    const errors: unknown[] = [];
    const { memory, written } = await watchedMemory();
    const { memory: broken, failNext } = await failingMemory();
    const { trusted, login, trust, devices } = await startAppWithDevices({ memory });
    const failing = await startAppWithDevices({
      memory: broken,
      routes: ({ app }) => {
        app.use(((error, _req, _res, next) => {
          errors.push(error);
          next(error);
        }) satisfies express.ErrorRequestHandler);
      },
    });
    const first = await trusted();
    const answer = await login(first);
    const next = deviceCookieOf(answer) ?? '';
    const other = await trust('bob');
    const failed = await failing.trusted();
    for (const operation of ['get', 'set', 'limiter'] as const) {
      failNext(operation);
      await failing.login(failed);
    }
    expect(errors.filter(isTwoFactorError)).toHaveLength(3);
    const texts = [...written].flat().concat(shown(events), shown(errors), shown(devices));
    texts.push(answer.text, other.text);
    for (const cookie of [first, next, failed, deviceCookieOf(other) ?? '']) {
      for (const secret of secretsOf(cookie)) {
        expect(secret).toHaveLength(22);
        for (const text of texts) expect(text).not.toContain(secret);
      }
    }
  });
});
