// What must not compile. Never run: `tsc` complains of each line that stops being a mistake.
import passport from 'passport';
import Strategy, {
  isRefusal,
  type Limits,
  type ModicaTwoFactorOptions,
  ModicaTwoFactorStrategy,
  type RefusalCode,
  TwoFactorStrategy,
  type VerifyFunction,
} from 'passport-modica-2fa';
import { createModicaEmulator, type ModicaEmulatorOptions } from 'passport-modica-2fa/emulator';
import { onRedis } from 'passport-modica-2fa/redis';
import { storageConformance } from 'passport-modica-2fa/testing';
import type { AppUser } from './user.js';

type Options = ModicaTwoFactorOptions<AppUser>;
type Verify = VerifyFunction<AppUser>;

const username = 'app';
const password = 'secret';
const destination = (user: AppUser) => user.mobile;
const nobody = async () => undefined;

export const right: Options = { username, password, destination };

// What is missing.
// @ts-expect-error
export const noUsername: Options = { password, destination };
// @ts-expect-error
export const noPassword: Options = { username, destination };
// @ts-expect-error
export const noDestination: Options = { username, password };
// @ts-expect-error
export const noVerify = new ModicaTwoFactorStrategy<AppUser>(right);
// @ts-expect-error
export const noProvider = new TwoFactorStrategy<AppUser>({ destination }, nobody);

// What is misspelt, or of the wrong kind.
// @ts-expect-error
export const prefixes: Options = { username, password, destination, alowedPrefixes: ['+64'] };
// @ts-expect-error
export const state: Options = { username, password, destination, state: 'cookie' };
// @ts-expect-error
export const limits: Limits = { attempts: 3 };
// @ts-expect-error
export const emulated: ModicaEmulatorOptions = { wrongCode: 'sometimes' };
// @ts-expect-error
export const refusal: RefusalCode = 'code_wrong';
// @ts-expect-error
export const route = passport.authenticate('modica-2fa', { purpose: 'stepup' });
// @ts-expect-error
export const phase = passport.authenticate('modica-2fa', { phase: 'respond' });

// What verify takes and gives.
// @ts-expect-error
export const givesNumber: Verify = async () => 7;
// @ts-expect-error
export const takesText: Verify = async (userId: string) => ({ id: Number(userId), mobile: '' });
// @ts-expect-error
export const takesRequest: Verify = async (_request, { userId }) => ({ id: userId, mobile: '' });
// @ts-expect-error
export const noPhone: Options = { username, password, destination: (user) => user.phone };
// @ts-expect-error
export const noUser = new Strategy<AppUser>(right, async () => 'alice');

// What the other subpaths take.
// @ts-expect-error
export const redis = onRedis({});
// @ts-expect-error
export const port = createModicaEmulator().start('4010');
// @ts-expect-error
export const storage = storageConformance();
// @ts-expect-error
export const unknown: number = isRefusal({});
