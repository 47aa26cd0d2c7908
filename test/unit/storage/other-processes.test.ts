import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { inMemory, type Storage } from '../../../lib/index.js';
import { otherProcesses } from '../../../lib/storage/other-processes.js';
import { TwoFactorStrategy } from '../../../lib/strategy/two-factor-strategy.js';
import { providerOf } from '../../fixtures/modica.js';
import { Database } from '../testing/database.js';

describe('F26: other processes of the app', () => {
  it.each<[string, object, boolean, string]>([
    ['a worker of node:cluster', {}, true, 'node:cluster'],
    ['the second instance of PM2', { NODE_APP_INSTANCE: '1' }, true, 'NODE_APP_INSTANCE is 1'],
    ['the third of PM2 in fork mode', { NODE_APP_INSTANCE: '2' }, false, 'NODE_APP_INSTANCE is 2'],
    ['a second dyno', { DYNO: 'web.2' }, false, 'DYNO is web.2'],
    ['a twelfth dyno', { DYNO: 'web.12' }, false, 'DYNO is web.12'],
    ['Lambda', { AWS_LAMBDA_FUNCTION_NAME: 'login' }, false, 'AWS Lambda'],
    ['Vercel', { VERCEL: '1' }, false, 'Vercel'],
  ])('are detected on %s', (_what, env, isWorker, sign) => {
    expect(otherProcesses({ NODE_ENV: 'production', ...env }, isWorker)).toContain(sign);
    expect(otherProcesses(env, isWorker)).toContain(sign);
    expect(otherProcesses({ ...env, NODE_ENV: 'test' }, isWorker)).toBeUndefined();
  });

  it.each<[string, object, boolean]>([
    ['one process in production', { NODE_ENV: 'production' }, false],
    ['the only instance of PM2', { NODE_APP_INSTANCE: '0' }, true],
    ['the first dyno', { DYNO: 'web.1' }, false],
    ['another kind of dyno', { DYNO: 'worker.2' }, false],
    ['a name that ends like a dyno', { DYNO: 'myweb.2' }, false],
    ['a name that begins like a dyno', { DYNO: 'web.2.internal' }, false],
    ['a pod, which may be the only one', { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, false],
  ])('are not assumed on %s', (_what, env, isWorker) => {
    expect(otherProcesses(env, isWorker)).toBeUndefined();
  });
});

describe('F26: one of several processes', () => {
  it('is warned once, at start, unless it shares its storage', () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'login');
    const warned = vi.spyOn(process, 'emitWarning').mockReturnValue();
    onTestFinished(() => {
      vi.unstubAllEnvs();
      warned.mockRestore();
    });
    const make = (memory: Partial<Storage>) =>
      new TwoFactorStrategy(
        { provider: providerOf({ url: 'http://127.0.0.1:1' }), destination: () => null, ...memory },
        async () => null,
      );
    make({});
    vi.stubEnv('NODE_ENV', 'production');
    make(new Database().storage());
    expect(warned).not.toHaveBeenCalled();
    make({});
    make(inMemory());
    expect(warned).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/AWS Lambda.*onRedis\(client\)/),
      { type: 'PassportModica2faWarning', code: 'MEMORY_NOT_SHARED' },
    );
  });
});
