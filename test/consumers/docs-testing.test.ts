import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startApp } from '../fixtures/app.js';
import { newestCode } from '../fixtures/emulator.js';
import { compile, folderOf, sampleFiles } from './samples.js';

const page = readFileSync('docs/testing.md', 'utf8');
const { 'pages.test.ts': ofPages = '', ...samples } = sampleFiles('docs/testing.md');
const users = `
  export interface AppUser extends Express.User { id: number; mobile: string }
  const alice: AppUser = { id: 7, mobile: '+64211234567' };
  const found = async (test: boolean): Promise<AppUser | undefined> => (test ? alice : undefined);
  export const users = {
    check: (name: string, password: string) => found(name === 'alice' && password === 'right'),
    find: (id: number) => found(id === alice.id),
  };`;
const tests = Object.keys(samples).filter((name) => name.endsWith('.test.ts'));

/** How a runner sets the time: first it stops, then it goes on by more than a code is valid. */
const timers = new Map(
  [...page.matchAll(/^\| (\S+) \| `(.*)`, then `(.*)` \|$/gm)].map(
    ([, runner = '', stop = '', advance = '']) => [runner.replaceAll('`', ''), { stop, advance }],
  ),
);

const timersOf = (runner: string) => timers.get(runner) ?? expect.fail(`no row for ${runner}`);

describe('The tests of docs/testing.md', () => {
  it('are about codes, time and faults', () => {
    expect(tests).toEqual(['login.test.ts', 'time.test.ts', 'faults.test.ts']);
  });

  it.each(tests)('pass with the app that they create: %s', (name) => {
    const files = { ...samples, 'users.ts': users };
    const folder = folderOf(files);
    expect(compile(files, folder)).toBe('');
    const file = name.replace(/ts$/, 'js');
    const { stdout, status } = spawnSync(process.execPath, ['--test', file], {
      cwd: folder,
      encoding: 'utf8',
    });
    const passed = Number(/^[#ℹ] pass (\d+)$/m.exec(stdout)?.[1]);
    expect([status, passed], stdout).toEqual([0, samples[name]?.match(/^test\(/gm)?.length]);
  });

  it('passes with the app of docs/express.md as it is: pages.test.ts', () => {
    const files = { ...sampleFiles('docs/express.md'), 'pages.test.ts': ofPages };
    const folder = folderOf(files);
    expect(compile(files, folder)).toBe('');
    // By default Vitest finds no test below node_modules, and does not transform what is there.
    const config = {
      include: ['pages.test.js'],
      exclude: [],
      server: { deps: { inline: [path.basename(folder)] } },
    };
    const configFile = path.join(folder, 'vitest.config.js');
    writeFileSync(configFile, `export default { test: ${JSON.stringify(config)} };`);
    const run = ['run', '--root', folder, '--config', configFile, '--reporter', 'json'];
    const printed = execFileSync('node_modules/.bin/vitest', run, { encoding: 'utf8' });
    expect(JSON.parse(printed)).toMatchObject({ numPassedTests: 1, numTotalTests: 1 });
  });
});

describe('The fake timers of docs/testing.md', () => {
  it('of node:test are those of its sample', () => {
    const { stop, advance } = timersOf('node:test');
    expect(samples['time.test.ts']).toContain(stop);
    expect(samples['time.test.ts']).toContain(advance);
  });

  it('of Jest are those of a consumer that runs Jest', () => {
    const spec = readFileSync('test/consumers/nest-11-jest/test/jest.e2e-spec.ts', 'utf8');
    const { stop, advance } = timersOf('Jest');
    expect(spec).toContain(stop);
    expect(spec).toContain(advance);
  });

  it('of Vitest end the life of a code', async () => {
    const { stop, advance } = timersOf('Vitest');
    const { browser, emulator } = await startApp();
    const alice = browser();
    onTestFinished(() => void vi.useRealTimers());
    new Function('vi', stop)(vi);
    await alice.login();
    new Function('vi', advance)(vi);
    expect((await alice.enter(newestCode(emulator))).body.code).toBe('challenge_expired');
  });
});
