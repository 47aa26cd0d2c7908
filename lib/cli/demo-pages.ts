// The pages of the command `demo`: a login, a code page, and beside each the phone.
import type { ChallengeInfo } from '../challenge/challenge.js';
import type { Message } from '../emulator/index.js';
import type { SuccessInfo } from '../outcome.js';

export const demoUser = { id: 1, name: 'demo', mobile: '+64211234567' } as const;
export const demoPassword = 'demo-password';

const escaped: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '"': '&quot;' };
const escapeHtml = (text: string) =>
  text.replaceAll(/[&<"]/g, (character) => String(escaped[character]));

export function loginPage(problem = ''): string {
  return `<h1>Log in</h1>
<form method="post" action="/login">
  <p role="alert">${escapeHtml(problem)}</p>
  <p><label>Name <input name="username" value="${demoUser.name}"></label>
  <p><label>Password <input name="password" type="password" value="${demoPassword}"></label>
  <p><button>Log in</button>
</form>`;
}

export function codePage(
  { id, destination, attemptsRemaining }: ChallengeInfo,
  message: string,
): string {
  return `<h1>Enter the code</h1>
<form method="post" action="/code">
  <p role="alert">${escapeHtml(message)}</p>
  <p>Number: ${escapeHtml(destination)}. Attempts left: ${attemptsRemaining}.
  <input type="hidden" name="challenge" value="${escapeHtml(id)}">
  <p><label>Code <input name="code" autocomplete="one-time-code" inputmode="numeric" autofocus></label>
  <p><button>Confirm</button> <button name="resend" value="1">Send a new code</button>
  <a href="/">Start again</a>
</form>`;
}

export function accountPage(info: SuccessInfo | undefined): string {
  return `<h1>Welcome, ${demoUser.name}</h1>
<p>The strategy called <code>success(user, info)</code>. A real app has a session now. This is the info:
<pre>${escapeHtml(String(JSON.stringify(info, null, 2)))}</pre>
<p><a href="/">Start again</a>`;
}

/** The page, with the phone beside it. */
export function layout(page: string, messages: readonly Message[]): string {
  const texts = messages.map(({ text }) => `<li>${escapeHtml(text)}`).toReversed();
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>passport-modica-2fa</title>
<style>
  body { display: flex; flex-wrap: wrap; gap: 3rem; max-width: 56rem; margin: 3rem auto; padding: 0 1rem;
    font: 1rem/1.5 system-ui, sans-serif }
  main { flex: 2 20rem }
  aside { flex: 1 15rem; padding: 1rem; border: 2px solid; border-radius: 1.5rem }
  input, button { font: inherit }
</style>
<main>${page}</main>
<aside>
<h2>Phone ${demoUser.mobile}</h2>
<ul>${texts.join('') || '<li>No messages yet.'}</ul>
</aside>
</html>
`;
}
