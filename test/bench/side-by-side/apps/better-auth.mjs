import { betterAuth } from 'better-auth';
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node';
import { twoFactor } from 'better-auth/plugins';
import { twilioMessagesOn } from '../../sdks/twilio.mjs';

/**
 * better-auth with its two-factor plugin, mounted in Express as documented, with its own limits. It makes and
 * checks the code itself; the vendor only sends the SMS, through Twilio's SDK.
 */
export async function secondFactor({ storage, vendor, sends }) {
  const messages = twilioMessagesOn(vendor.url);
  const { rateLimit, ...stores } = await storage.betterAuth();
  const options = {
    ...stores,
    rateLimit: {
      ...rateLimit,
      enabled: true,
      // It has one rule for each endpoint, which counts requests of an IP address.
      customRules: { '/two-factor/send-otp': { window: 3600, max: sends.perAddress } },
    },
    secret: 'a secret of the bench that is long enough',
    baseURL: 'http://localhost',
    // Any origin of this machine: the port is the system's choice.
    trustedOrigins: ['http://127.0.0.1:*'],
    user: { additionalFields: { mobile: { type: 'string', input: false } } },
    emailAndPassword: {
      enabled: true,
      password: {
        hash: async (password) => password,
        verify: async ({ hash, password }) => hash === password,
      },
    },
    plugins: [
      twoFactor({
        totpOptions: { disable: true },
        otpOptions: {
          storeOTP: 'hashed',
          sendOTP: ({ user, otp }) => messages.send(user.mobile, `Your code is ${otp}.`),
        },
      }),
    ],
    advanced: { ipAddress: { ipAddressHeaders: ['x-forwarded-for'] } },
    telemetry: { enabled: false },
    logger: { disabled: true },
  };
  if (options.database.query) await createTables(options);
  const auth = betterAuth(options);
  const { adapter, internalAdapter } = await auth.$context;
  storage.users = usersOf(adapter, internalAdapter);
  return {
    standalone({ app }) {
      app.all('/api/auth/*splat', toNodeHandler(auth));
      app.get(['/private', '/account'], async (request, response) => {
        const headers = fromNodeHeaders(request.headers);
        const session = await auth.api.getSession({ headers });
        if (session) response.send(session.user.id);
        else response.status(401).end();
      });
    },
  };
}

async function createTables(options) {
  const { getMigrations } = await import('better-auth/db/migration');
  await (await getMigrations(options)).runMigrations();
}

/**
 * Users with a password and with a row of the plugin's table, which its lock of an account requires. Its endpoint
 * `two-factor/enable` creates that row for those who set up an authenticator app.
 */
function usersOf(adapter, internalAdapter) {
  const ids = new Map();
  return {
    async add(users) {
      for (const { id, email, mobile, password } of users) {
        const data = { name: id, email, mobile, emailVerified: true, twoFactorEnabled: true };
        const user = await internalAdapter.createUser(data);
        await internalAdapter.linkAccount({
          userId: user.id,
          accountId: user.id,
          providerId: 'credential',
          password,
        });
        const secrets = { secret: 'unused', backupCodes: 'unused', verified: false };
        await adapter.create({ model: 'twoFactor', data: { ...secrets, userId: user.id } });
        ids.set(id, user.id);
      }
    },
    async change(id, { mobile, password }) {
      const userId = ids.get(id);
      if (password) await internalAdapter.updatePassword(userId, password);
      if (!mobile) return;
      await adapter.update({
        model: 'user',
        where: [{ field: 'id', value: userId }],
        update: { mobile },
      });
    },
  };
}
