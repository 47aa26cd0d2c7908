import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { limitsSchema } from '../../../lib/limits/options.js';
import { twoFactorGuardSchema } from '../../../lib/nestjs/options.js';
import { infobipSchema } from '../../../lib/providers/infobip/options.js';
import { modicaProviderSchema } from '../../../lib/providers/modica/options.js';
import { ModicaProvider } from '../../../lib/providers/modica/provider.js';
import { nexmoSchema } from '../../../lib/providers/nexmo/options.js';
import { requireSecondFactorSchema } from '../../../lib/step-up/options.js';
import { parseStrategyOptions } from '../../../lib/strategy/options-schema.js';
import { parseRouteOptions } from '../../../lib/strategy/route-options-schema.js';
import { trustedDeviceSchema } from '../../../lib/trusted-devices/options.js';

const modica = { username: 'user', password: 'password' };

const strategy = parseStrategyOptions({
  provider: new ModicaProvider(modica),
  destination: () => null,
});
const devices = trustedDeviceSchema().parse({ passwordVersion: () => 1 });
const modicaProvider = modicaProviderSchema.parse(modica);
const infobip = infobipSchema.parse({
  apiKey: 'key',
  baseUrl: 'https://example.com',
  applicationId: 'application',
  messageId: 'message',
});
const nexmo = nexmoSchema.parse({ apiKey: 'key', apiSecret: 'secret' });

/** The public interfaces of options, where they are, and what the schema returns for the required options. */
const interfaces: readonly [name: string, file: string, filled: object][] = [
  ['Limits', 'limits/options.ts', limitsSchema.parse({})],
  ['TwoFactorOptions', 'strategy/options.ts', strategy],
  ['TwoFactorRouteOptions', 'strategy/options.ts', parseRouteOptions({})],
  ['TwoFactorGuardOptions', 'nestjs/options.ts', twoFactorGuardSchema.parse({})],
  ['SecondFactorOptions', 'step-up/options.ts', requireSecondFactorSchema.parse({})],
  ['RequireSecondFactorOptions', 'step-up/options.ts', requireSecondFactorSchema.parse({})],
  ['TrustedDeviceOptions', 'trusted-devices/options.ts', devices],
  ['DeviceCookieOptions', 'trusted-devices/options.ts', devices.cookie],
  ['HttpOptions', 'providers/options.ts', modicaProvider],
  ['ModicaClientOptions', 'providers/modica/options.ts', modicaProvider],
  ['ModicaOptions', 'providers/modica/options.ts', modicaProvider],
  ['ModicaProviderOptions', 'providers/modica/options.ts', modicaProvider],
  ['InfobipOptions', 'providers/infobip/options.ts', infobip],
  ['NexmoOptions', 'providers/nexmo/options.ts', nexmo],
];

/** Each option of an interface that has a `@default`, and the first line of its text. */
function documentedDefaults(file: string, name: string): readonly [string, string][] {
  const source = readFileSync(`lib/${file}`, 'utf8');
  const [, members = ''] =
    new RegExp(`interface ${name}\\b[^{]*\\{\n(.*?)\n\\}`, 's').exec(source) ?? [];
  return [...members.matchAll(/\/\*\*(.*?)\*\/\s*(\w+)/gs)].flatMap(
    ([, comment = '', option = '']) =>
      [...comment.matchAll(/@default (.*)/g)].map(([, text = '']): [string, string] => [
        option,
        text,
      ]),
  );
}

/** A value of JavaScript, by itself or with a remark after it; any other text describes an absent value. */
const literal = /^(\d+|true|false|'[^']*'|\[.*\]|\{.*\}|\/.*\/)(?=$|;|,| \()/;

const cases = interfaces.flatMap(([name, file, filled]) =>
  documentedDefaults(file, name).map(([option, text]) => ({ name, option, text, filled })),
);

describe('The documented default of an option', () => {
  it.each(cases)(
    '$option of $name is what its schema fills in: $text',
    ({ option, text, filled }) => {
      const value: unknown = Reflect.get(filled, option);
      const [documented] = literal.exec(text) ?? [];
      if (documented !== undefined) {
        // A constant may become a function that returns it, as `locale` does.
        const constant: unknown = typeof value === 'function' ? value() : value;
        expect(constant).toEqual(runInThisContext(`(${documented})`));
      } else if (typeof value === 'function') {
        expect(value({ id: 7 })).toBe(runInThisContext(text)({ id: 7 }));
      } else {
        expect(value ?? {}).toEqual({});
      }
    },
  );

  it.each(interfaces)('is found in %s of %s', (name, file) => {
    expect(documentedDefaults(file, name)).not.toEqual([]);
  });
});
