import { ModicaTwoFactorStrategy } from 'passport-modica-2fa';

/** As in the quick start, with `userVersion` and the limits by IP address and in total. */
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
      mountLogin({ app, passport }, strategy);
      app.post('/transfer', transfer(passport));
    },
  };
}

/** The two routes of a login with this package. */
export function mountLogin({ app, passport }, strategy) {
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
  app.post(
    '/login/code',
    passport.authenticate('modica-2fa', {
      phase: 'response',
      challengeRedirect: '/login/code',
      successRedirect: '/',
      failureRedirect: '/login/code',
    }),
  );
}

/** Approves a payment with a code whose SMS shows the amount and the payee. */
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
