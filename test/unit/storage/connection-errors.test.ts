import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { reportErrors } from '../../../lib/storage/connection-errors.js';
import { minute, stopClock } from '../../fixtures/clock.js';
import { listenToEvents } from '../../fixtures/events.js';
import { listenToWarnings } from '../../fixtures/warnings.js';

const lost = new Error('connect ECONNREFUSED 127.0.0.1:5432');

const event = { name: 'storage_connection_failed', storage: 'PostgreSQL', problem: lost.message };

describe('F34: an error of an idle connection', () => {
  it('ends no process, and is reported once a minute with a warning and an event', async () => {
    const clock = stopClock();
    const [warnings, events] = [listenToWarnings(), listenToEvents()];
    const pool = new EventEmitter();
    reportErrors(pool, 'PostgreSQL');
    for (let connection = 0; connection < 10; connection += 1) pool.emit('error', lost);
    clock.advance(minute - 1);
    pool.emit('error', lost);
    await turn();
    expect(events).toEqual([event]);
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
    expect(events).toEqual([event, event]);
    expect(warnings).toHaveLength(2);
  });

  it('is an event without a warning where the app has a listener, before or after', async () => {
    const [warnings, events] = [listenToWarnings(), listenToEvents()];
    const [before, after] = [new EventEmitter(), new EventEmitter()];
    const heard: unknown[] = [];
    before.on('error', (error) => heard.push(error));
    reportErrors(before, 'PostgreSQL');
    reportErrors(after, 'PostgreSQL');
    after.on('error', (error) => heard.push(error));
    before.emit('error', lost);
    after.emit('error', lost);
    await turn();
    expect(heard).toEqual([lost, lost]);
    expect(events).toEqual([event, event]);
    expect(warnings).toEqual([]);
  });

  it('has one listener of ours, however many strategies share the connections', () => {
    const pool = new EventEmitter();
    reportErrors(pool, 'PostgreSQL');
    reportErrors(pool, 'PostgreSQL');
    expect(pool.listenerCount('error')).toBe(1);
  });

  it('A41: is reported without credentials and numbers', async () => {
    const [warnings, events] = [listenToWarnings(), listenToEvents()];
    const pool = new EventEmitter();
    reportErrors(pool, 'PostgreSQL');
    pool.emit('error', new Error('postgres://app:canary-password@db/test: key (+64211111111)'));
    await turn();
    expect(warnings).toHaveLength(1);
    expect(events).toHaveLength(1);
    expect(`${warnings[0]?.message} ${JSON.stringify(events)}`).not.toMatch(/canary|64211111111/);
  });
});
