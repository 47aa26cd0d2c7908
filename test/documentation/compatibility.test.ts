import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runs as frameworkRuns } from '../frameworks/runs.js';
import { infobipRuns, modicaRuns, nexmoRuns } from '../providers/runs.js';
import { textOf } from './pages.js';

const page = 'docs/compatibility.md';

/** A row: what it is about, and its other cells. */
type Row = readonly [string, ...string[]];

/** The rows of the table below a heading, its head included, without marks and notes. */
function tableBelow(document: string, heading: string): readonly Row[] {
  const [, section = ''] = textOf(document).split(`\n## ${heading}\n`);
  const [table = ''] = /(?:^\|.*\n)+/m.exec(section) ?? [];
  return table
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('|---'))
    .map((line) => {
      const [about = '', ...cells] = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.replaceAll(/[`*¹²³⁴]/g, '').trim());
      return [about, ...cells];
    });
}

/** What a cell means: tests whose titles begin so. */
type Claims = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Fails unless each cell of a table is tested, and each test is a cell. */
function compare(rows: readonly Row[], claims: Claims, titlesOf: (column: string) => string[][]) {
  const [[, ...columns] = [''], ...body] = rows;
  expect(body.map(([about]) => about)).toEqual(Object.keys(claims));
  for (const [index, column] of columns.entries()) {
    const claimed = body.flatMap(([about, ...cells]) => {
      const cell = cells[index] ?? '';
      return claims[about]?.[cell] ?? expect.fail(`"${about}", ${column}: what is "${cell}"?`);
    });
    const variants = titlesOf(column);
    expect(variants.length).toBeGreaterThan(0);
    for (const titles of variants) {
      const isClaimed = (title: string) => claimed.some((start) => title.startsWith(start));
      expect(titles.filter((title) => !isClaimed(title))).toEqual([]);
      const isRun = (start: string) => titles.some((title) => title.startsWith(start));
      expect(claimed.filter((start) => !isRun(start))).toEqual([]);
    }
  }
}

const halfALogin = [
  'a first factor that logs in to the session is undone',
  'a first factor in a session that is logged in is an error',
  'A31: ',
];

const inFrameworks: Claims = {
  'login, wrong password, wrong code, resend, expiry, attempt limit': {
    '✓': [
      'the password and then the code',
      'a wrong password',
      'a wrong code',
      'a resend',
      'an expired code',
      'after five wrong codes',
    ],
  },
  'a code without a challenge, or an empty request': {
    refused: ['a code without a challenge', 'a code in an empty request'],
  },
  'a second session reuses the challenge, without a second SMS; two users at once': {
    '✓': ['a second session reuses', 'two users at the same time'],
  },
  'the cookie from before the code': {
    invalid: ['the code renews the session, and the earlier cookie is void'],
    'valid, but not logged in': ['the cookie from before the code is still read'],
  },
  'a copy of the cookie after logout': {
    invalid: ['the logout ends the session for every copy'],
    'still logged in': ['the logout ends the session of the browser, but not of a copy'],
  },
  'recovery codes: on the code page, with the password, in a step-up': {
    '✓': [
      'a recovery code on the code page',
      'a recovery code beside the password',
      'a recovery code confirms',
      'A31: a recovery code without a first factor',
    ],
  },
  'a second factor is recorded in the session (recordSecondFactor) until logout': {
    '✓': ['the second factor is recorded'],
  },
  'step-up with authenticate and session: false': {
    '✓': ['a step-up with passport.authenticate and { session: false } keeps'],
  },
  'step-up with passport.authorize': {
    '✓': ['a step-up with passport.authorize keeps'],
    no: ['a step-up with passport.authorize finds no user'],
  },
  'failWithError with Retry-After; redirects; custom callback; list; two names': {
    '✓': ['failWithError', 'redirects', 'a custom callback', 'in a list', 'two instances'],
  },
  'the option userProperty of Passport': { '✓': ['A42: '], no: [] },
  'no first factor': { first_factor_required: ['no code is sent without a first factor'] },
  'first factor without session: false, or in a logged-in session': {
    'error, logged out': halfALogin,
  },
  'no session middleware': {
    session_missing: ['the first request without session middleware'],
    'does not start': ['an app without session middleware does not start'],
  },
  'no body parser': {
    body_missing: ['a code without a body parser'],
    'built in': ['a body of another type is refused by the framework'],
  },
  'no passport.session() in a step-up': {
    user_not_loaded: ['a step-up without passport.session()'],
  },
  'failureFlash without flash messages': {
    error: ['failureFlash without flash messages'],
    'built in': ['failureFlash finds the built-in'],
  },
};

const frameworksIn = new Map([
  [
    'Express 5, Express 4',
    [
      'Express 5 with express-session',
      'Express 4 with express-session',
      'Express 5 with Passport 0.6',
    ],
  ],
  ['Express 5, cookie-session', ['Express 5 with cookie-session']],
  ['Fastify 5, @fastify/session', ['Fastify 5 with @fastify/session']],
  ['Fastify 5, secure-session', ['Fastify 5 with @fastify/secure-session']],
  ['Koa 3, koa-session', ['Koa 3 with koa-session']],
]);

const lostAnswers = [
  'F1: a lost answer to a send',
  'F1: a lost answer to a check',
  'F1: lost answers allow no extra guesses',
  'F1: a correct code whose answer was lost',
];

const anotherCode = ['a resend sends another code', 'a resend during the cooldown'];

const withProviders: Claims = {
  numbers: { 'any you allow': [], 'US and Canada; others are refused without a request': [] },
  'checks the code': {
    Modica: ['F2: an unreachable provider is a typed error of a check'],
    Infobip: ['F2: an unreachable provider is a typed error of a check'],
    'the strategy, with a keyed hash, even while Nexmo is down': ['F1, F2, F4, F5: a code is'],
  },
  'login, wrong code, expiry to the millisecond, attempt limit across resends': {
    '✓': ['a password and then', 'a wrong code', 'A17: ', 'five wrong codes are the limit'],
  },
  'a second session reuses the challenge; two users at once; 50 logins at once are one SMS': {
    '✓': ['a second session reuses', 'two concurrent users', 'A20: fifty', 'A20: a GET'],
  },
  'guesses: 50 at once, in new sessions, malformed, used codes': {
    limited: ['A1: ', 'A2: ', 'A3: ', 'A4: ', 'A10'],
  },
  resend: {
    'a new code; the older one is refused': anotherCode,
    'the same code with the same expiry; a new one in its last minute': [
      'a resend during the cooldown',
      'a resend sends the same code',
      'a resend with less than a minute left',
    ],
  },
  'after a lost resend, the previous code': { 'still valid': ['a resend whose answer is lost'] },
  'a phone call on request': {
    'refused: call_unavailable': ['a call is refused'],
    'the same code; a new one in its last minute': [
      'a call ',
      'an SMS after a call',
      'calls and SMS',
      'a locked user gets no call',
      'the event of a call',
      'A24: a call',
    ],
  },
  'a code by email on request': { 'refused: channel_unknown': ['a code by e-mail is refused'] },
  'your own text, payments shown in the SMS': Object.fromEntries(
    ['✓', 'with contentPlaceholders', 'with contentParameters'].map((cell) => [
      cell,
      ['the SMS with a code that approves', 'A24: a code for one payee', 'A29: '],
    ]),
  ),
  '…without them': {
    '–': [],
    'typed error, nothing sent or counted': ['A24: a payment that the SMS cannot show'],
  },
  'only the documented success counts': {
    '✓': ['A9: '],
    '✓ for a message; the strategy checks codes': ['A9: '],
  },
  'answer lost: one request, no second SMS, the attempt is counted': {
    '✓': lostAnswers,
    '✓; checking a code takes no request': ['F1: a lost answer to a send'],
  },
  'unreachable: nothing counted; credentials: 500; number: 422; too many: 429': {
    '✓': [
      'F2: an unreachable provider is a typed error of a send',
      'F4: ',
      'F5: ',
      'a refused number',
    ],
  },
  'no key, code or full number in errors, events, responses and the store': { '✓': ['A18: '] },
  'as fallback of each other': { '✓': [] },
  'delivery receipts': { '–': [], '✓': [] },
};

/** Rows whose tests are not scenarios of every provider. */
const elsewhere = [
  ['test/providers/failover.test.ts', 'without a request to Nexmo if the number is outside the US'],
  ['test/providers/failover.test.ts', 'When %s is down, with %s as fallback,'],
  ['test/integration/delivery-receipts.test.ts', 'deliveryReceipts'],
] as const;

const providersIn = new Map([
  ['Modica, Optus', modicaRuns],
  ['Infobip', infobipRuns],
  ['Nexmo US short code', nexmoRuns],
]);

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));

const consumers = readdirSync('test/consumers').filter((name) =>
  existsSync(`test/consumers/${name}/package.json`),
);

/** The versions that a consumer installs. */
const versionsIn = (consumer: string): Readonly<Record<string, string>> => {
  const { dependencies, devDependencies } = manifestOf(`test/consumers/${consumer}`);
  return { ...dependencies, ...devDependencies };
};

const minorOf = (version = '') => /\d+\.\d+/.exec(version)?.[0];

const typescript = (consumer: string) => minorOf(versionsIn(consumer)['typescript']);

/** The rows about Node, and the consumers that are run for each. */
const onNode = new Map([
  ['import and require', ['commonjs-javascript', 'esm-javascript']],
  [
    `TypeScript as ES modules (${typescript('typescript-esm')}), as CommonJS (${typescript('typescript-commonjs')}), with moduleResolution: node10 (${typescript('typescript-node10')})`,
    ['typescript-esm', 'typescript-commonjs', 'typescript-node10'],
  ],
  [`pnpm without hoisting, TypeScript ${typescript('typescript-pnpm')}`, ['typescript-pnpm']],
  ['NestJS 11 with Jest', ['nest-11-jest']],
  ['NestJS 12 with Vitest', ['nest-12-vitest']],
]);

const runtimes = readFileSync('test/consumers/runner/runtimes.mjs', 'utf8');

describe('The tables of docs/compatibility.md', () => {
  it('have a cell for each scenario in each framework, and a scenario for each cell', () => {
    const { size } = new Set(frameworkRuns.map(([framework]) => framework));
    expect([...frameworksIn.values()].flat()).toHaveLength(size);
    compare(tableBelow(page, 'Frameworks and sessions'), inFrameworks, (column) =>
      (frameworksIn.get(column) ?? []).map((framework) =>
        frameworkRuns.flatMap(([where, title]) => (where === framework ? title : [])),
      ),
    );
  });

  it('name the installed versions of frameworks', () => {
    const packages = { Express: 'express', Fastify: 'fastify', Koa: 'koa' };
    for (const [framework] of frameworkRuns) {
      const [, name = '', major] = /^(\w+) (\d+)/.exec(framework) ?? [];
      const folder = framework.startsWith('Express 4') ? 'express4' : Reflect.get(packages, name);
      expect([framework, manifestOf(`node_modules/${folder}`).version.split('.')[0]]).toEqual([
        framework,
        major,
      ]);
    }
    const passports = ['passport', 'passport06'].map((folder) =>
      minorOf(manifestOf(`node_modules/${folder}`).version),
    );
    expect(passports).toEqual(['0.7', '0.6']);
    expect(manifestOf('.').peerDependencies['passport']).toBe('^0.6.0 || ^0.7.0');
  });

  it('have a cell for each scenario with each provider, and a scenario for each cell', () => {
    compare(tableBelow(page, 'Providers'), withProviders, (column) => [
      (providersIn.get(column) ?? []).map(([, title]) => title),
    ]);
    for (const [file, text] of elsewhere) expect(textOf(file)).toContain(text);
    // The first note.
    expect([...new Set(modicaRuns.map(([profile]) => profile))]).toEqual([
      'Modica, wrong codes by error',
      'Modica, wrong codes by status',
      'Modica in Spanish',
      'Optus',
    ]);
  });

  it('have a row for each consumer of the tarball, and a column for each Node that runs it', () => {
    const [head = [''], ...rows] = tableBelow(page, 'Node, TypeScript, package managers');
    const majors = [...runtimes.matchAll(/major: (\d+)/g)].map(([, major]) => major);
    expect(head.slice(1).map((cell) => cell.replace('Node ', ''))).toEqual(majors);
    expect(rows).toEqual([...onNode.keys()].map((about) => [about, ...majors.map(() => '✓')]));
    const named = [...onNode.values()].flat();
    expect([...named, 'official-clients'].sort()).toEqual(consumers.sort());
  });

  it('name the versions of got and of the official clients that consumers install', () => {
    const text = textOf(page);
    const gots = [...runtimes.matchAll(/'(\d[\d.]*)'/g)].map(([, version = '']) => version);
    expect(gots.filter((version) => !text.includes(version))).toEqual([]);
    const clients = Object.entries(versionsIn('official-clients'));
    expect(clients.filter(([name, version]) => !text.includes(`\`${name}\` ${version}`))).toEqual(
      [],
    );
  });
});

describe('What docs/storage.md says was run', () => {
  it('names the installed versions of drivers', () => {
    const text = textOf('docs/storage.md').split('## What was run')[1] ?? '';
    const minor = (name: string) => minorOf(manifestOf(`node_modules/${name}`).version);
    const major = (name: string) => manifestOf(`node_modules/${name}`).version.split('.')[0];
    for (const name of ['pg', 'mysql2', 'libsql'])
      expect(text).toContain(`\`${name}\` ${minor(name)}`);
    expect(['redis4', 'redis5', 'redis'].map(major)).toEqual(['4', '5', '6']);
    expect(text).toContain('`redis` 4 to 6');
    expect(['ioredis5', 'ioredis'].map(major)).toEqual(['5', '6']);
    expect(text).toContain('`ioredis` 5 and 6');
  });
});

describe('What the README says it works with', () => {
  const [, text = ''] = textOf('README.md').split('## Works with');

  it('is what the package promises and the consumers install', () => {
    expect(manifestOf('.').engines.node).toBe('^20.19.0 || >=22.12.0');
    expect(text).toContain('Node 20.19 or newer 20.x, and 22.12 or newer');
    const compilers = consumers.flatMap((name) => typescript(name) ?? []).sort();
    expect(text).toContain(`TypeScript ${compilers.at(0)} to ${compilers.at(-1)}`);
    expect(text).toContain('Passport 0.6 and 0.7');
  });

  it('is a framework that scenarios run in, or a consumer', () => {
    const frameworks = [...new Set(frameworkRuns.map(([name]) => /^\w+ \d+/.exec(name)?.[0]))];
    expect(frameworks.sort()).toEqual(['Express 4', 'Express 5', 'Fastify 5', 'Koa 3']);
    const nest = consumers.flatMap((name) => /nest-(\d+)/.exec(name)?.[1] ?? []);
    expect(text).toContain(`Express 4 and 5, Fastify 5, Koa 3, NestJS ${nest.join(' and ')}`);
  });
});

describe('The numbers of docs/how-it-is-tested.md', () => {
  const text = textOf('docs/how-it-is-tested.md');
  const numberIn = (file: string, pattern: RegExp) =>
    Number(pattern.exec(textOf(file))?.[1]?.replaceAll('_', '') ?? expect.fail(file));
  const written = (value: number) => value.toLocaleString('en');

  it('of attacks and faults are those of SECURITY.md', () => {
    for (const kind of ['A', 'F']) {
      const cases = textOf('SECURITY.md').match(new RegExp(`^\\| ${kind}\\d+ `, 'gm')) ?? [];
      expect(text).toContain(`${kind}1 to ${kind}${cases.length} |`);
    }
  });

  it('of sequences and logins are those that the tests run', () => {
    const usual = numberIn('test/properties/protocol.test.ts', /runs\((\d+)\)/);
    const shorter = numberIn('vitest.config.mts', /PROPERTY_FACTOR: '([\d.]+)'/);
    const longer = numberIn('test/long/vitest.config.mts', /PROPERTY_FACTOR'\] \?\? '(\d+)'/);
    const [few, some, many] = [shorter, 1, longer].map((factor) => written(usual * factor));
    expect(text).toContain(`| ${few} random sequences; ${some} and ${many} in the longer runs |`);
    const soaked = numberIn('test/soak/soak.test.ts', /SOAK_LOGINS'\] \?\? ([\d_]+)/);
    expect(text).toContain(`| ${written(soaked)}, in memory and on Redis |`);
    const killed = numberIn('test/providers/killed.test.ts', /LOGINS'\] \?\? (\d+)/);
    const killedLonger = numberIn('test/long/vitest.config.mts', /LOGINS: '(\d+)'/);
    expect(text).toContain(`| ${killed}; ${written(killedLonger)} in the longer run |`);
  });

  it('of commands are scripts of package.json', () => {
    const { scripts } = JSON.parse(textOf('package.json'));
    const named = [...text.matchAll(/`npm run ([\w:]+)/g)].map(([, script = '']) => script);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
    expect(named.length).toBeGreaterThan(5);
  });
});
