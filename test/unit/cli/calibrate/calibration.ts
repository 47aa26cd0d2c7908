import { expect, onTestFinished } from 'vitest';
import {
  createModicaEmulator,
  type ModicaEmulator,
  type ModicaPath,
  type ReplyOverride,
} from '../../../../lib/emulator/index.js';
import { account, mobile } from '../../../fixtures/modica.js';
import { quietPort } from '../../../fixtures/quiet-port.mjs';
import { type Run, run } from '../run.js';

/** How the API replies to a wrong code; the documentation leaves it open. */
export const wrongCodeModes = ['error', 'status'] as const;

export const codePrompt = 'Code from the SMS';
export const retryPrompt = 'if you mistyped it';

export async function startModica(
  wrongCode: (typeof wrongCodeModes)[number] = 'error',
): Promise<ModicaEmulator> {
  const emulator = createModicaEmulator({ ...account, wrongCode });
  onTestFinished(() => emulator.stop());
  await emulator.start(await quietPort());
  return emulator;
}

export function environmentOf({ url }: { readonly url: string }) {
  return {
    MODICA_USERNAME: account.username,
    MODICA_PASSWORD: account.password,
    MODICA_BASE_URL: url,
  };
}

/** Starts a calibration that does not ask for confirmation. */
export function startCalibration(api: { readonly url: string }): Run {
  return run(['calibrate', '--to', mobile, '--yes'], { environment: environmentOf(api) });
}

/** Enters the code of the latest SMS. */
export async function enterCode(program: Run, emulator: ModicaEmulator): Promise<void> {
  await program.stderr.contains(codePrompt);
  program.stdin.write(`${emulator.messages.at(-1)?.code}\n`);
}

/** Runs a calibration with the correct code. */
export async function calibrate(emulator: ModicaEmulator) {
  const program = startCalibration(emulator);
  await enterCode(program, emulator);
  return { exitCode: await program.exitCode, text: program.stdout.text, program };
}

/** The codes posted so far, with their challenges. */
export function postedCodes(
  emulator: ModicaEmulator,
): readonly { readonly challenge_id: string; readonly code: string }[] {
  return emulator.requests
    .filter(({ path }) => path === '/responses')
    .map(({ body }) => JSON.parse(body));
}

/** An override for the reply to the next code. */
export function codeReply(status: number, body: unknown) {
  return {
    path: '/responses',
    reply: 'replaced',
    processed: true,
    status,
    body: JSON.stringify(body),
  } as const;
}

/** Runs a calibration with overrides for the challenge, and for the codes in the order they are posted. */
export async function calibrateWith(overrides: {
  readonly challenge?: Partial<Record<'created' | 'expires', unknown>>;
  readonly wrong?: ReplyOverride<ModicaPath>;
  readonly correct?: ReplyOverride<ModicaPath>;
  readonly secondUse?: ReplyOverride<ModicaPath>;
  readonly unknownChallenge?: ReplyOverride<ModicaPath>;
}) {
  const emulator = await startModica();
  const { challenge, wrong } = overrides;
  if (challenge !== undefined) {
    const body = JSON.stringify({ id: 'an-id', ...challenge });
    emulator.overrideNextReply({ path: '/challenges', reply: 'replaced', processed: true, body });
  }
  if (wrong !== undefined) emulator.overrideNextReply(wrong);
  const program = startCalibration(emulator);
  await program.stderr.contains(codePrompt);
  // Always overridden: the emulator does not know a challenge with another id.
  emulator.overrideNextReply(overrides.correct ?? codeReply(201, { status: 'valid' }));
  emulator.overrideNextReply(overrides.secondUse ?? codeReply(400, { error: 'used_code' }));
  emulator.overrideNextReply(
    overrides.unknownChallenge ?? codeReply(400, { error: 'invalid_challenge' }),
  );
  await enterCode(program, emulator);
  expect(await program.exitCode).toBe(0);
  return program.stdout.text;
}

/** Expects a whole line that matches. */
export function expectLine(text: string, pattern: string) {
  expect(text).toMatch(new RegExp(`^${pattern}$`, 'm'));
}
