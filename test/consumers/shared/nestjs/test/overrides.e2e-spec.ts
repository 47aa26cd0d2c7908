import { ModicaTwoFactorStrategy } from 'passport-modica-2fa';
import { TransferGuard, Transfers } from '../src/auth/transfers.js';
import { ResponseGuard } from '../src/guards.js';
import { TokensModule } from '../src/tokens/tokens.module.js';
import { alice, bob, emulator, newestCode, silent, start, testing } from './start.js';

const transfer = { to: 'Bakery', amount: 5 };

describe('A test of an app', () => {
  it('starts each app with a memory of its own, and with the strategy to inject', async () => {
    for (const _app of ['first', 'second']) {
      const { app, post } = await start(testing(TokensModule));
      const { body } = await post('/login', alice).expect(401);
      const answer = { challenge: body.challenge.id, code: newestCode() };
      await app.get(ModicaTwoFactorStrategy).cancel(1);
      const refused = await post('/login/code', answer).expect(401);
      expect(refused.body.code).toBe('challenge_not_found');
    }
  });

  it.each([
    ['that was created', TransferGuard, '/transfers'],
    ['that extends one', ResponseGuard, '/login/code'],
  ])('overrides a guard %s, behind which nothing is verified', async (_kind, guard, path) => {
    const builder = testing(TokensModule).setLogger(silent).overrideGuard(guard);
    const { post } = await start(builder.useValue({ canActivate: () => true }));
    const { token } = (await post('/login', bob)).body;
    expect((await post(path, transfer, token).expect(500)).body.code).toBe('info_unknown');
  });

  it('overrides the provider of a transaction', async () => {
    const transactionOf = () => ({ to: 'Florist', amount: 7 });
    const builder = testing(TokensModule).overrideProvider(Transfers).useValue({ transactionOf });
    const { post } = await start(builder);
    const { token } = (await post('/login', bob)).body;
    const { body } = await post('/transfers', transfer, token).expect(401);
    expect(emulator.messages.at(-1)?.text).toContain('"Florist"');
    const answer = { challenge: body.challenge.id, code: newestCode() };
    await post('/transfers', { ...transfer, ...answer }, token).expect(200, transactionOf());
  });

  it('overrides the strategy, without which no login is complete', async () => {
    const builder = testing(TokensModule)
      .setLogger(silent)
      .overrideProvider(ModicaTwoFactorStrategy)
      .useValue({ unlock: () => {} });
    const { post } = await start(builder);
    await post('/login', alice).expect(500);
    await post('/login', bob).expect(500);
  });
});
