import { validate } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { allowDecorator } from '../../../lib/nestjs/body.js';
import { TwoFactorBody } from '../../../lib/nestjs/index.js';

describe('TwoFactorBody', () => {
  const options = { whitelist: true, forbidNonWhitelisted: true };

  it.each(['code', 'challenge', 'resend', 'recoveryCode'])(
    'allows the field %s, whatever it holds, and no other field',
    async (field) => {
      const body = Object.assign(new TwoFactorBody(), { [field]: { $ne: null } });
      expect(await validate(body, options)).toEqual([]);
      expect(await validate(Object.assign(body, { admin: true }), options)).toHaveLength(1);
    },
  );

  it('needs no class-validator, which then checks no bodies either', () => {
    const missing = () => {
      throw Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
    };
    expect(allowDecorator(missing)).toBeUndefined();
  });

  it('does not hide that a class-validator is broken', () => {
    const broken = () => {
      throw new Error('broken');
    };
    expect(() => allowDecorator(broken)).toThrow('broken');
  });

  it('does not hide a failure that is not an error', () => {
    const thrown = () => {
      throw 'broken';
    };
    expect(() => allowDecorator(thrown)).toThrow('broken');
  });
});
