import { expect, onTestFinished } from 'vitest';
import {
  createModicaEmulator,
  type ModicaEmulator,
  type ReplyOverride,
} from '../../../../lib/emulator/index.js';
import { account, mobile } from '../../../fixtures/modica.js';
import { quietPort } from '../../../fixtures/quiet-port.mjs';
import { type Run, run } from '../run.js';

/** What the document leaves open: how a wrong code is answered. */
export const wrongCodeReplies = ['error', 'status'] as const;

export const codePrompt = 'The code in the SMS';
export const retryPrompt = 'If you mistyped it';

export async function startModica(
  wrongCode: (typeof wrongCodeReplies)[number] = 'error',
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

/** Calibrates with an API, and does not have to be asked for the SMS. */
export function startCalibration(place: { readonly url: string }, ...args: readonly string[]): Run {
  return run(['calibrate', '--to', mobile, '--yes', ...args], {
    environment: environmentOf(place),
  });
}

/** Enters the code that the phone got. */
export async function enterCode(program: Run, emulator: ModicaEmulator): Promise<void> {
  await program.stderr.contains(codePrompt);
  program.stdin.write(`${emulator.messages.at(-1)?.code}\n`);
}

/** Calibrates from beginning to end. */
export async function calibrate(emulator: ModicaEmulator) {
  const program = startCalibration(emulator);
  await enterCode(program, emulator);
  return { exitCode: await program.exitCode, text: program.stdout.text, program };
}

/** The codes that were posted, in their order, with the challenges they were for. */
export function postedCodes(
  emulator: ModicaEmulator,
): readonly { readonly challenge_id: string; readonly code: string }[] {
  return emulator.requests
    .filter(({ path }) => path === '/responses')
    .map(({ body }) => JSON.parse(body));
}

/** The reply to a code, and no other than what a body of this says. */
export function codeReply(status: number, body: unknown) {
  return {
    path: '/responses',
    reply: 'replaced',
    processed: true,
    status,
    body: JSON.stringify(body),
  } as const;
}

/** Calibrates with an API whose answers are these: to the challenge, and to the codes in their order. */
export async function calibrateWith(overrides: {
  readonly challenge?: Partial<Record<'created' | 'expires', unknown>>;
  readonly wrong?: ReplyOverride;
  readonly right?: ReplyOverride;
  readonly again?: ReplyOverride;
  readonly unknown?: ReplyOverride;
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
  // Without an override of its own each code is answered as if the challenge were that of the emulator.
  emulator.overrideNextReply(overrides.right ?? codeReply(201, { status: 'valid' }));
  emulator.overrideNextReply(overrides.again ?? codeReply(400, { error: 'used_code' }));
  emulator.overrideNextReply(overrides.unknown ?? codeReply(400, { error: 'invalid_challenge' }));
  await enterCode(program, emulator);
  expect(await program.exitCode).toBe(0);
  return program.stdout.text;
}

/** Whether a line of this form was printed. */
export function expectLine(text: string, form: string) {
  expect(text).toMatch(new RegExp(`^${form}$`, 'm'));
}
