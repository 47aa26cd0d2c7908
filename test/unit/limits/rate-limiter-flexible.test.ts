import Keyv from 'keyv';
import * as flexible from 'rate-limiter-flexible';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/errors.js';
import { Counter } from '../../../lib/limits/counter.js';
import { sharedLike } from '../../../lib/storage/configured-storage.js';
import { thrownBy } from '../../fixtures/thrown.js';
import { background, cells, type Make, notLimiters } from './exported-limiters.js';

const options = { keyPrefix: 'passport-modica-2fa:failures', points: 5, duration: 900 };
const store = new Keyv({ throwOnErrors: true });

/** As a strategy with a shared store does. */
const admit = (make: Make) => {
  const limiter: unknown = Reflect.apply(sharedLike, undefined, [store, make]);
  return Reflect.construct(Counter, [limiter, options]);
};

describe('Of rate-limiter-flexible', () => {
  it('every export is in this table', () => {
    const names = new Set([...cells.map(([name]) => name), ...notLimiters]);
    expect([...names].toSorted()).toEqual(
      Object.keys(flexible)
        .filter((name) => name !== 'default')
        .toSorted(),
    );
  });

  it.each(cells.filter(([, , , verdict]) => verdict === 'taken'))(
    '%s %s is taken',
    (_, __, make) => {
      expect(admit(make)).toBeInstanceOf(Counter);
    },
  );

  it.each(cells.filter(([, , , verdict]) => verdict !== 'taken'))(
    '%s %s is refused at construction, with the reason',
    async (_name, _how, make, reason) => {
      const error = await thrownBy(ConfigurationError, () => admit(make));
      expect(error.code).toBe('option_invalid');
      expect(error.message).toMatch(/^The option "limiter" /);
      expect(error.message).toMatch(reason);
    },
  );

  it.each(cells.filter(([, , , verdict]) => verdict === background))(
    'the hint for a %s %s names the storage of this package',
    async (_name, _how, make) => {
      const { hint } = await thrownBy(ConfigurationError, () => admit(make));
      expect(hint).toContain('onPostgres(pool), onMysql(pool) or onSqlite(database)');
      expect(hint).toContain('tableCreated: true');
    },
  );
});
