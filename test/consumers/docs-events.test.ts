import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import express, { type RequestHandler } from 'express';
import { createClient } from 'redis';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { onRedis } from '../../lib/redis.js';
import { type App, type AppOptions, startApp } from '../fixtures/app.js';
import { hour, minute, second, stopClock } from '../fixtures/clock.js';
import { deviceCookieOf, startAppWithDevices } from '../fixtures/devices.js';
import { newestCode, wrongCodeFor } from '../fixtures/emulator.js';
import { failingMemory } from '../fixtures/memory.js';
import { lacking } from '../left-out/lacking.js';
import { compile, removeFolder, sampleFiles, writeFolder } from './samples.js';

const rulesFile = path.resolve('docs/prometheus-alerts.yml');

/** Each rule's name and what Prometheus evaluates. */
const rules = readFileSync(rulesFile, 'utf8')
  .split('- alert: ')
  .slice(1)
  .map((rule) => {
    const [, expression = ''] = /expr: ([\s\S]*?)\n +(?:for|labels):/.exec(rule) ?? [];
    const selectors = expression.match(/two_factor_\w+(\{[^}]*\})?/g) ?? [];
    return { alert: rule.split('\n')[0] ?? '', expression, selectors };
  });

/** Series by name and labels, as in the text that Prometheus scrapes. */
type Scrape = ReadonlyMap<string, number>;

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const withoutPromtool = hasPromtool ? '' : lacking('promtool');

let folder: string;
let metrics: RequestHandler;

// The sample's metrics are those of its process, so it is imported once.
beforeAll(async () => {
  const { 'metrics.ts': sample = '' } = sampleFiles('docs/events.md');
  folder = writeFolder('docs-events', { 'metrics.ts': sample });
  expect(compile({ 'metrics.ts': sample }, folder)).toBe('');
  ({ metrics } = await import(pathToFileURL(path.join(folder, 'metrics.js')).href));
});
afterAll(() => removeFolder(folder));

async function scrape(): Promise<Scrape> {
  const { text } = await request(express().use(metrics)).get('/metrics').expect(200);
  const lines = text.split('\n').filter((line) => line.startsWith('two_factor_'));
  return new Map(
    lines.map((line) => {
      const [, series = '', value] = /^(.*) (\S+)$/.exec(line) ?? [];
      return [series, Number(value)];
    }),
  );
}

/** An app with that many users beside alice and bob. */
async function startWith(number: number, options: AppOptions = {}) {
  const app = await startApp(options);
  const names = Array.from({ length: number }, (_, index) => `user-${index}`);
  for (const [index, name] of names.entries()) {
    app.users.all.push({ id: 100 + index, name, mobile: `+6421${1_000_000 + index}` });
  }
  return { ...app, names };
}

async function logIn({ browser, emulator, users }: App, name: string) {
  const user = browser();
  await user.login(name);
  await user.enter(newestCode(emulator, users.named(name)?.mobile ?? ''));
}

/** A text that takes two SMS. */
const long = { content: `${'á'.repeat(100)} %(code)s` };

/** Thirty logins, and nothing else. */
async function goodDay() {
  const { names, ...app } = await startWith(30);
  for (const name of names) await logIn(app, name);
}

/** What each rule is for, once or as often as its threshold. */
async function faultyDay() {
  const { memory, failNext } = await failingMemory();
  const strategy = { ...memory, ...long, limits: { failuresPerUser: 1 } };
  const { browser, emulator, names, users } = await startWith(45, { strategy });
  const [first = '', ...others] = names;

  // A clock that is wrong by two minutes.
  const created = new Date(Date.now() - 2 * minute).toISOString();
  const expires = new Date(Date.now() + 3 * minute).toISOString();
  const body = JSON.stringify({ id: first, created, expires });
  emulator.overrideNextReply({ reply: 'replaced', processed: true, status: 201, body });
  await browser().login(first);

  // Eleven users are locked by a guess. No option maps the value with which Modica refuses it.
  for (const name of others.slice(0, 11)) {
    const guesser = browser();
    await guesser.login(name);
    await guesser.enter(wrongCodeFor(emulator));
  }

  // Eleven numbers are not E.164.
  for (const name of others.slice(11, 22)) {
    Object.assign(users.named(name) ?? {}, { mobile: '021 123 4567' });
    await browser().login(name);
  }

  // The provider refuses the credentials, then it fails.
  for (const [index, status] of [401, 503, 503, 503, 503].entries()) {
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status });
    await browser().login(others[22 + index]);
  }

  // The codes of ten others are not entered.
  for (const name of others.slice(27, 37)) await browser().login(name);

  failNext('get');
  await browser().login('alice');
  await slowCalls();
  await tooManyMessages();
  await copiedDevice();
  await lostDatabase();
}

/** Twenty calls take more than half of their time limit. */
async function slowCalls() {
  const { browser, emulator, names } = await startWith(20, {
    strategy: { ...long, timeout: second },
  });
  const until = new Promise<void>((resolve) => setTimeout(resolve, 0.6 * second));
  for (const _ of names) {
    emulator.overrideNextReply({ path: '/challenges', reply: 'held', until });
  }
  await Promise.all(names.map((name) => browser().login(name)));
}

/** Eleven more requests than the limit of an hour. */
async function tooManyMessages() {
  const strategy = { limits: { sendsPerHourTotal: 1 } };
  const { browser, names } = await startWith(12, { strategy });
  for (const name of names) await browser().login(name);
}

/** A thief has copied a cookie, and its owner goes on with the next. */
async function copiedDevice() {
  const clock = stopClock();
  const { login, trusted } = await startAppWithDevices();
  const copied = await trusted();
  await login(deviceCookieOf(await login(copied)));
  clock.advance(hour);
  await login(copied);
}

/** The address has no Redis. */
async function lostDatabase() {
  const socket = { reconnectStrategy: false } as const;
  const client = createClient({ url: 'redis://127.0.0.1:1', socket }).on('error', () => {});
  onRedis(client);
  await expect(client.connect()).rejects.toThrow();
}

let days: Promise<{ morning: Scrape; evening: Scrape; nextEvening: Scrape }> | undefined;

/** What is scraped before a good day, after it, and after a faulty one. */
function twoDays() {
  days ??= (async () => {
    const morning = await scrape();
    await goodDay();
    const evening = await scrape();
    await faultyDay();
    return { morning, evening, nextEvening: await scrape() };
  })();
  return days;
}

/** Whether a series has the labels that a selector such as `name{label="value"}` asks for. */
function matches(series: string, selector: string): boolean {
  const [name = '', conditions = ''] = selector.split(/[{}]/);
  const [own = '', labels = ''] = series.split(/[{}]/);
  const labelValue = (label: string) => new RegExp(`\\b${label}="([^"]*)"`).exec(labels)?.[1];
  return (
    own === name &&
    [...conditions.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)].every(([, label = '', is, value]) => {
      const found = labelValue(label);
      const isAny = new RegExp(`^(?:${value})$`).test(found ?? '');
      return found !== undefined && (is?.startsWith('!') ? !isAny : isAny);
    })
  );
}

/** The values of the series that a selector finds. */
function seriesIn(scraped: Scrape, selector: string): readonly number[] {
  return [...scraped].flatMap(([series, value]) => (matches(series, selector) ? value : []));
}

/** A test for promtool: the series of the first scrape, from the sixth minute on those of the second. */
function promtoolTest(before: Scrape, after: Scrape, alerts: readonly string[]) {
  const ofInstance = (series: string) =>
    series.replace(/\{?([^{}]*)\}?$/, (_, labels) => `{${labels ? `${labels},` : ''}instance="a"}`);
  return {
    interval: '1m',
    input_series: [...after].map(([series, value]) => ({
      series: series.includes('{') ? ofInstance(series) : `${series}{instance="a"}`,
      values: `${before.has(series) ? `${before.get(series)}+0x5` : '_x6'} ${value}+0x60`,
    })),
    promql_expr_test: [
      {
        expr: 'group by (alertname) (max_over_time(ALERTS{alertstate="firing"}[1h]))',
        eval_time: '50m',
        exp_samples: alerts.map((alert) => ({ labels: `{alertname="${alert}"}`, value: 1 })),
      },
    ],
  };
}

function promtool(...parameters: string[]): string {
  return execFileSync('promtool', parameters, { encoding: 'utf8' });
}

describe('The alert rules of docs', () => {
  it('are the rows of the table in docs/events.md', () => {
    const rows = [...readFileSync('docs/events.md', 'utf8').matchAll(/^\| `(TwoFactor\w+)`/gm)];
    expect(rows.map(([, alert]) => alert)).toEqual(rules.map(({ alert }) => alert));
    expect(rules.length).toBeGreaterThan(10);
  });

  it.skipIf(!hasPromtool)(`are accepted by Prometheus${withoutPromtool}`, () => {
    expect(promtool('check', 'rules', rulesFile)).toContain(`${rules.length} rules found`);
  });

  it('ask for series that the sample has, by names and labels', async () => {
    const { nextEvening } = await twoDays();
    for (const { alert, selectors } of rules) {
      expect([alert, selectors.length]).not.toEqual([alert, 0]);
      const unknown = selectors.filter((selector) => !seriesIn(nextEvening, selector).length);
      expect([alert, unknown]).toEqual([alert, []]);
    }
  });

  it('ask for an increase only of series that begin with zero', async () => {
    const { morning } = await twoDays();
    for (const { alert, expression, selectors } of rules) {
      const counters = selectors.filter((selector) => selector.endsWith('}'));
      const late = counters.filter((selector) => !seriesIn(morning, selector).includes(0));
      expect([alert, late]).toEqual([alert, expression.includes('offset') ? counters : []]);
    }
  });

  it.skipIf(!hasPromtool)(
    `fire on a faulty day, each of them, and not on a good one${withoutPromtool}`,
    async () => {
      const { morning, evening, nextEvening } = await twoDays();
      const scratch = mkdtempSync(path.join(tmpdir(), 'alerts-'));
      onTestFinished(() => rmSync(scratch, { recursive: true }));
      const file = path.join(scratch, 'test.yml');
      const all = rules.map(({ alert }) => alert);
      const tests = [promtoolTest(morning, evening, []), promtoolTest(evening, nextEvening, all)];
      // JSON is YAML.
      writeFileSync(
        file,
        JSON.stringify({ rule_files: [rulesFile], evaluation_interval: '1m', tests }),
      );
      expect(promtool('test', 'rules', file)).toContain('SUCCESS');
    },
  );
});
