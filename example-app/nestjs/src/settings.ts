import { randomBytes } from 'node:crypto';
import { z } from 'zod';

const environmentSchema = z.object({
  NODE_ENV: z
    .string()
    .refine((mode) => mode !== 'production', 'must not be production: the demo password is public')
    .optional(),
  PORT: z.coerce.number('must be a number').int().min(0).max(65_535).default(3000),
  JWT_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  MODICA_USERNAME: z.string().optional(),
  MODICA_PASSWORD: z.string().optional(),
  MODICA_BASE_URL: z.string().optional(),
  DEMO_MOBILE: z.e164('must be a number like +64211234567').default('+64211234567'),
});

/** The app's settings, from the environment. */
export type Settings = ReturnType<typeof readSettings>;

/** The environment has an invalid variable; the message names it. */
export class SettingsError extends Error {}

/** @throws {SettingsError} */
export function readSettings(variables: NodeJS.ProcessEnv) {
  // `PORT= npm start` means the default, not port 0.
  const given = Object.entries(variables).filter(([, value]) => value !== '');
  const parsed = environmentSchema.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new SettingsError(problems.join('; '));
  }
  const { PORT, JWT_SECRET, MODICA_USERNAME, MODICA_PASSWORD, MODICA_BASE_URL, DEMO_MOBILE } =
    parsed.data;
  return {
    port: PORT,
    // A generated secret ends with the process, and so do all tokens.
    tokenSecret: JWT_SECRET ?? randomBytes(32).toString('hex'),
    demoMobile: DEMO_MOBILE,
    /** Undefined for the emulator. */
    modica: MODICA_USERNAME
      ? { username: MODICA_USERNAME, password: MODICA_PASSWORD, baseUrl: MODICA_BASE_URL }
      : undefined,
  };
}
