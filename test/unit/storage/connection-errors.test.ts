import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { reportErrors } from '../../../lib/storage/connection-errors.js';
import { minute, stopClock } from '../../fixtures/clock.js';
import { listenToWarnings } from '../../fixtures/warnings.js';

const lost = new Error('connect ECONNREFUSED 127.0.0.1:5432');

describe('F34: an error of an idle connection', () => {
  it('ends no process, and is reported once a minute with a warning', async () => {
    const clock = stopClock();
    const warnings = listenToWarnings();
    const pool = new EventEmitter();
    reportErrors(pool, 'PostgreSQL');
    for (let connection = 0; connection < 10; connection += 1) pool.emit('error', lost);
    clock.advance(minute - 1);
    pool.emit('error', lost);
    await turn();
    expect(warnings).toMatchObject([
      {
        name: 'PassportModica2faWarning',
        code: 'DATABASE_UNREACHABLE',
        message: expect.stringMatching(/^PostgreSQL cannot be reached \(connect ECONNREFUSED/),
      },
    ]);
    clock.advance(1);
    pool.emit('error', lost);
    await turn();
    expect(warnings).toHaveLength(2);
  });

  it("is the app's where it has a listener, before or after", async () => {
    const warnings = listenToWarnings();
    const [before, after] = [new EventEmitter(), new EventEmitter()];
    const heard: unknown[] = [];
    before.on('error', (error) => heard.push(error));
    reportErrors(before, 'PostgreSQL');
    reportErrors(after, 'PostgreSQL');
    after.on('error', (error) => heard.push(error));
    before.emit('error', lost);
    after.emit('error', lost);
    await turn();
    expect(before.listenerCount('error')).toBe(1);
    expect(heard).toEqual([lost, lost]);
    expect(warnings).toEqual([]);
  });

  it('has one listener of ours, however many strategies share the connections', () => {
    const pool = new EventEmitter();
    reportErrors(pool, 'PostgreSQL');
    reportErrors(pool, 'PostgreSQL');
    expect(pool.listenerCount('error')).toBe(1);
  });

  it('A41: is reported without credentials and numbers', async () => {
    const warnings = listenToWarnings();
    const pool = new EventEmitter();
    reportErrors(pool, 'PostgreSQL');
    pool.emit('error', new Error('postgres://app:canary-password@db/test: key (+64211111111)'));
    await turn();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).not.toMatch(/canary|64211111111/);
  });
});
