import { ModicaTwoFactorStrategy } from 'passport-modica-2fa';

/** Ours as in the quick start, with the limits by address and in total that apps set where they have a proxy. */
export async function secondFactor({ storage, vendor, sends }) {
  const { users } = storage;
  const strategy = new ModicaTwoFactorStrategy(
    {
      ...(await storage.ours()),
      ...vendor.account,
      destination: (user) => user.mobile,
      userVersion: (user) => user.password,
      limits: {
        sendsPerHourPerIp: sends.perAddress,
        sendsPerHourTotal: sends.total,
      },
    },
    async ({ userId }) => users.find(userId),
  );
  return {
    mount({ app, passport }) {
      passport.use(strategy);
      app.post(
        '/login',
        passport.authenticate('local', { session: false, failureRedirect: '/login' }),
        passport.authenticate('modica-2fa', {
          phase: 'challenge',
          challengeRedirect: '/login/code',
          successRedirect: '/',
          failureRedirect: '/login',
        }),
      );
      app.post('/transfer', transfer(passport));
      app.post(
        '/login/code',
        passport.authenticate('modica-2fa', {
          phase: 'response',
          challengeRedirect: '/login/code',
          successRedirect: '/',
          failureRedirect: '/login/code',
        }),
      );
    },
    isLoggedIn: (request) => request.isAuthenticated(),
  };
}

/** A payment is approved by a code of its own, which is sent with amount and payee in the SMS. */
function transfer(passport) {
  return [
    passport.authorize('modica-2fa', {
      purpose: 'step-up',
      failWithError: true,
      transaction: ({ body: { amount, to } }) => ({ amount, to }),
    }),
    (request, response) => response.send(request.authInfo.transaction.amount),
  ];
}
