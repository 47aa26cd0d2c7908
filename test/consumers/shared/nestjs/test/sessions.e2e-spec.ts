import { SessionsModule } from '../src/sessions/sessions.module.js';
import { useExpressSession, useFastifySession, useSecureSession } from '../src/sessions/set-up.js';
import {
  alice,
  bob,
  newestCode,
  onExpress,
  onFastify,
  start,
  testing,
  wrongCode,
} from './start.js';

describe.each([
  ['express-session on Express', onExpress(useExpressSession)],
  ['@fastify/session on Fastify', onFastify(useFastifySession)],
  ['@fastify/secure-session on Fastify', onFastify(useSecureSession)],
])('A session of %s', (_kind, create) => {
  const startApp = () => start(testing(SessionsModule), create);

  it('is logged in after the code, and not after a wrong one', async () => {
    const { get, post } = await startApp();
    expect((await post('/login', alice).expect(401)).body.code).toBe('challenge_sent');
    await get('/me').expect(200, { name: null });
    const refused = await post('/login/code', { code: wrongCode() }).expect(401);
    expect(refused.body.code).toBe('code_incorrect');
    await get('/me').expect(200, { name: null });
    await get('/account').expect(401);
    await post('/login/code', { code: newestCode() }).expect(200, { name: 'alice' });
    await get('/me').expect(200, { name: 'alice' });
    await get('/account').expect(200, { name: 'alice' });
  });

  it('without a code opens the guarded route after a step-up', async () => {
    const { get, post } = await startApp();
    await post('/login', bob).expect(200, { name: 'bob' });
    await get('/me').expect(200, { name: 'bob' });
    expect((await get('/account').expect(401)).body.code).toBe('second_factor_required');
    expect((await post('/step-up').expect(401)).body.code).toBe('challenge_sent');
    await post('/step-up', { code: wrongCode() }).expect(401);
    await get('/account').expect(401);
    await post('/step-up', { code: newestCode() }).expect(200, { name: 'bob' });
    await get('/account').expect(200, { name: 'bob' });
  });

  it('ends when the next login begins', async () => {
    const { get, post } = await startApp();
    await post('/login', alice).expect(401);
    await post('/login/code', { code: newestCode() }).expect(200);
    await post('/login', alice).expect(401);
    await get('/me').expect(200, { name: null });
    await get('/account').expect(401);
  });
});
