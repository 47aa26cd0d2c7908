// Prints how much of lib a first factor passes through: files and functions (V8 coverage of an unbundled
// build), and the frames from the strategy's `authenticate` to the HTTP request.
//
//   node test/structure/first-factor.mjs
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import inspector from 'node:inspector/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import passport from 'passport';

const root = path.resolve(import.meta.dirname, '../..');
// Inside the project, so that the build finds its dependencies.
const build = path.join(root, 'node_modules/.cache/first-factor');
const say = (text) => process.stdout.write(`${text}\n`);

rmSync(build, { recursive: true, force: true });
mkdirSync(build, { recursive: true });
const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
const options = [
  '--rootDir',
  'lib',
  '--outDir',
  build,
  '--noEmit',
  'false',
  '--declaration',
  'false',
];
const config = ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', 'false'];
execFileSync(process.execPath, [tsc, ...config, ...options], { cwd: root, stdio: 'inherit' });

const require = createRequire(path.join(build, 'index.js'));
const { ModicaTwoFactorStrategy } = require('./index.js');
const { createModicaEmulator } = require('./emulator/index.js');

const account = { username: 'name', password: 'secret' };
const emulator = createModicaEmulator(account);
await emulator.start();
const strategy = new ModicaTwoFactorStrategy(
  { ...account, baseUrl: emulator.url, destination: (user) => user.mobile },
  async () => null,
);
const authenticator = new passport.Authenticator().use(strategy);

/** One first factor of a user who has just passed the password. */
function firstFactor(id) {
  const request = { method: 'POST', headers: {}, body: {}, session: {} };
  const user = { id, mobile: `+642112345${id}` };
  return new Promise((resolve, reject) => {
    const callback = (error, _user, info) => (error ? reject(error) : resolve(info.code));
    const authenticate = authenticator.authenticate(strategy.name, callback);
    authenticate(Object.assign(request, { user }), {}, reject);
  });
}

// The first one loads got, which is no part of the way.
await firstFactor(10);

let stack = '';
const { Transport } = require('./providers/http/transport.js');
const { call } = Transport.prototype;
Transport.prototype.call = function (...given) {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 200;
  stack = String(new Error('The call of got').stack);
  Error.stackTraceLimit = stackTraceLimit;
  return call.apply(this, given);
};
const session = new inspector.Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
const code = await firstFactor(11);
const { result } = await session.post('Profiler.takePreciseCoverage');
if (code !== 'challenge_sent') throw new Error(`The first factor ended in ${code}`);
await emulator.stop();

const ours = pathToFileURL(build).href;
const isEmulator = (url) => url.startsWith(`${ours}/emulator/`);
const run = result
  .filter(({ url }) => url.startsWith(ours) && !isEmulator(url))
  .map(({ url, functions }) => ({
    file: url.slice(ours.length + 1),
    // The first one of a file is the file itself.
    functions: functions.filter(({ functionName, ranges }) => functionName && ranges[0].count > 0),
  }))
  .filter(({ functions }) => functions.length > 0);
// The measuring frame stands for the transport's own; `authenticate` has returned by then.
const isOurs = (line) => line.includes(build) || line.includes(import.meta.filename);
const frames = [...stack.split('\n').filter(isOurs), 'at TwoFactorStrategy.authenticate'];
const functions = run.reduce((total, file) => total + file.functions.length, 0);

const lines = readdirSync(path.join(root, 'lib'), { recursive: true })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(path.join(root, 'lib', file), 'utf8').split('\n').length - 1)
  .sort((one, other) => one - other);

for (const { file, functions: called } of run) {
  say(`${file}: ${called.map(({ functionName }) => functionName).join(', ')}`);
}
say(`\n${frames.map((frame) => frame.trim().replaceAll(`${build}/`, '')).join('\n')}\n`);
say(
  `A first factor passes through ${run.length} files, ${functions} functions and ${frames.length} frames.`,
);
say(
  `lib has ${lines.length} files, of ${lines[0]} to ${lines.at(-1)} lines, ${lines[Math.floor(lines.length / 2)]} in the middle.`,
);
