// The command `demo`: a login with the real strategy, an emulated API and an emulated phone, in one process.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { createModicaEmulator } from '../emulator/index.js';
import type { SuccessInfo } from '../outcome.js';
import type { TwoFactorRefusal } from '../refusal-error.js';
import { inMemory } from '../storage/in-memory.js';
import { ModicaTwoFactorStrategy } from '../strategy/modica-strategy.js';
import { type Command, parseArguments } from './command.js';
import { accountPage, codePage, demoPassword, demoUser, layout, loginPage } from './demo-pages.js';
import { formatMessage, listenErrorMessage } from './emulator.js';
import { wholeNumber } from './emulator-providers.js';

const usage = `passport-modica-2fa demo [--port 4020]

Starts a login with a code on this machine, with an emulated phone: no account, no SMS. The port 0 picks a free one.`;

const schema = z.object({ port: wholeNumber(0, 65_535).default(4020) });

export const demo: Command = {
  usage,
  async run(args, terminal) {
    const options = parseArguments(args, { port: { type: 'string' } }, schema);
    if (typeof options === 'string') {
      terminal.error(`${options}\n\n${usage}`);
      return 2;
    }
    const host = '127.0.0.1';
    const emulator = createModicaEmulator();
    emulator.on('message', (message) => terminal.out(formatMessage(message)));
    await emulator.start();
    const answer = await createLogin(emulator.account);
    const server = createServer(async (request, response) => {
      // A request that breaks off ends here too; its reply is discarded.
      const page = await answer(request, response).catch(String);
      const html = layout(page, emulator.messages);
      response.setHeader('content-type', 'text/html; charset=utf-8').end(html);
    });
    try {
      await once(server.listen(options.port, host), 'listening');
      const { port } = Object(server.address());
      terminal.out(`Open http://localhost:${port} and log in as ${demoUser.name}: ${demoPassword}`);
      terminal.out('Messages appear on that page and below. Press Ctrl-C to stop.');
      await terminal.interrupted;
      return 0;
    } catch (error) {
      terminal.error(listenErrorMessage(error, { host, port: options.port }));
      return 1;
    } finally {
      server.closeAllConnections();
      server.close();
      await emulator.stop();
    }
  },
};

/** What `next` gets: nothing after a success, otherwise a `TwoFactorRefusal` or an error. */
type Problem = Pick<TwoFactorRefusal, 'message'> & Partial<Pick<TwoFactorRefusal, 'info'>>;

/** Returns what answers a request with a page. It keeps no session: the page holds the challenge's id. */
async function createLogin(account: ReturnType<typeof createModicaEmulator>['account']) {
  // At the first use, so that the other commands run without Passport.
  const { default: passport } = await import('passport');
  const authenticator = new passport.Passport();
  authenticator.use(
    new ModicaTwoFactorStrategy<typeof demoUser>(
      { ...account, ...inMemory(), state: 'client', destination: ({ mobile }) => mobile },
      async () => demoUser,
    ),
  );
  const options = { session: false, failWithError: true } as const;
  const challenge = authenticator.authenticate('modica-2fa', { ...options, phase: 'challenge' });
  const response = authenticator.authenticate('modica-2fa', { ...options, phase: 'response' });

  return async (request: IncomingMessage, reply: ServerResponse): Promise<string> => {
    if (request.method !== 'POST') return loginPage();
    const body = Object.fromEntries(new URLSearchParams(await text(request)));
    const isLogin = request.url === '/login';
    if (isLogin && (body['username'] !== demoUser.name || body['password'] !== demoPassword)) {
      return loginPage('That name or password is incorrect.');
    }
    // As a password strategy leaves it. Only the code completes the login.
    const state: { user: unknown; authInfo?: SuccessInfo } = {
      user: isLogin ? demoUser : undefined,
    };
    const passed = Object.assign(request, { body }, state);
    const problem = await new Promise<Problem | undefined>((next) => {
      (isLogin ? challenge : response)(passed, reply, next);
    });
    if (problem === undefined) return accountPage(passed.authInfo);
    const pending = problem.info?.challenge;
    return pending ? codePage(pending, problem.message) : loginPage(problem.message);
  };
}
