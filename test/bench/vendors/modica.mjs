import { createModicaEmulator } from 'passport-modica-2fa/emulator';
import { answerTime } from './answer-time.mjs';

/** Our emulator of Modica's API, with the controls of the other vendors. It counts no wrong codes. */
export async function startModica({
  now,
  untilSent = answerTime(),
  untilChecked = () => undefined,
} = {}) {
  const emulator = createModicaEmulator({ now });
  const newest = new Map();
  emulator.on('message', ({ to, code }) => newest.set(to, code));
  let lost = 0;
  let failing = false;
  let compared = 0;
  emulator.on('request', ({ path }) => {
    if (failing) return emulator.overrideNextReply({ reply: 'replaced', processed: false });
    const isSend = path === '/challenges';
    if (!isSend) compared += 1;
    const until = isSend ? untilSent() : untilChecked();
    const isLost = lost > 0;
    if (isLost) lost -= 1;
    emulator.overrideNextReply(
      isLost ? { reply: 'lost', processed: true, until } : { reply: 'held', until },
    );
  });
  await emulator.start();
  return {
    account: emulator.account,
    stop: () => emulator.stop(),
    messages: () => emulator.messages,
    newestCode: (to) => newest.get(to),
    /** The number of codes that were checked. */
    compared: () => compared,
    /** Processes the next requests, but closes their connections without an answer. */
    loseAnswers(count) {
      lost = count;
    },
    /** Whether to answer each request with 503, without processing it. */
    fail(value) {
      failing = value;
    },
  };
}
