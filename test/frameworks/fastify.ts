import fastifyPassport from '@fastify/passport';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { onTestFinished } from 'vitest';
import {
  type Answer,
  answerTo,
  type CallbackArguments,
  callbackAnswer,
  type Framework,
  recordedSecondFactor,
  type Step,
} from './framework.js';

type Passport = InstanceType<typeof fastifyPassport.Authenticator>;

async function answer(request: FastifyRequest): Promise<Answer> {
  const { account, authInfo: info } = request;
  const user: unknown = Reflect.get(request, request.passport.userProperty);
  return { user, account, info, fresh: recordedSecondFactor(request, info) };
}

function answerError(error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  const { status, headers, body } = answerTo(error);
  reply.status(status).headers(headers).send(body);
}

function handlerOf(passport: Passport, { strategy, options, authorize, callback, logsIn }: Step) {
  if (authorize) return passport.authorize(strategy, options);
  if (logsIn) {
    const logIn = async (
      request: FastifyRequest,
      _reply: FastifyReply,
      ...[, user]: CallbackArguments
    ) => {
      await request.logIn(Object(user));
    };
    return passport.authenticate(strategy, options, logIn);
  }
  if (!callback) return passport.authenticate(strategy, options);
  const answerCallback = async (
    _request: FastifyRequest,
    reply: FastifyReply,
    ...args: CallbackArguments
  ) => {
    reply.send(callbackAnswer(...args));
  };
  return passport.authenticate(strategy, options, answerCallback);
}

/** A Fastify app with these sessions. */
export function fastifyWith(
  described: Pick<Framework, 'title' | 'sessions'>,
  addSessions: (app: FastifyInstance) => Promise<void>,
): Framework {
  return {
    ...described,
    builtIn: ['the body parser', 'flash messages', 'a check for sessions'],
    authorizeShowsUser: true,
    takesUserProperty: true,
    start: async ({ strategies, routes, find, without, userProperty = 'user' }) => {
      const passport = new fastifyPassport.Authenticator({ userProperty });
      passport.registerUserSerializer(async (user: Express.User) => user.id);
      passport.registerUserDeserializer(async (id: number) => find(id) ?? null);
      for (const strategy of strategies) passport.use(strategy);
      const app = fastify();
      onTestFinished(() => app.close());
      if (without !== 'the session') await addSessions(app);
      await app.register(passport.initialize());
      if (without !== 'the session' && without !== 'passport.session()') {
        await app.register(passport.secureSession());
      }
      app.decorateRequest('account');
      app.decorateRequest('authInfo');
      app.setErrorHandler(answerError);
      for (const { path, steps } of routes) {
        const preValidation = steps.map((step) => handlerOf(passport, step));
        app.post(path, { preValidation }, answer);
      }
      app.get('/me', answer);
      app.post('/logout', async (request) => {
        await request.logout();
        return answer(request);
      });
      return app.listen({ host: '127.0.0.1', port: 0 });
    },
  };
}
