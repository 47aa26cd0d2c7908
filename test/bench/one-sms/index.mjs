import { fileURLToPath } from 'node:url';
import { openBrowser } from '../browser.mjs';
import { scenarios } from './scenarios.mjs';
import { handWrittenOnTwilio, handWrittenOnVonage } from './strategies/hand-written.mjs';
import { nexmoOtp } from './strategies/nexmo-otp.mjs';
import { ours } from './strategies/ours.mjs';
import { userOf } from './users.mjs';

const strategies = [ours, nexmoOtp, handWrittenOnVonage, handWrittenOnTwilio];

/** How many SMS each strategy sends where one is enough, and whether the login ends. */
export async function smsOnAHostileTrace() {
  const results = [];
  for (const strategy of strategies) results.push(await measure(strategy));
  return { scenarios: scenarios.map(({ name }) => name), strategies: results };
}

async function measure({ name, start }) {
  const site = await start();
  const played = [];
  try {
    for (const [index, scenario] of scenarios.entries()) {
      played.push({ name: scenario.name, ...(await play(scenario, site, userOf(index))) });
    }
  } finally {
    await site.stop();
  }
  return {
    name,
    scenarios: played,
    smsPerLogin: played.reduce((sum, { sms }) => sum + sms, 0) / played.length,
    ended: played.filter(({ ended }) => ended).length,
  };
}

/** `ended`: the newest code, entered once and where the user is, opened the private page. */
async function play(scenario, site, user) {
  const browser = await scenario.play({
    open: () => openBrowser(site.nodes),
    firstFactor: (from) => site.firstFactor(from, user),
    openForm: (from) => site.openForm(from),
    ask: (from) => site.ask(from, user),
    askAgain: (from) => site.askAgain(from, user),
    loseNextAnswer: () => site.loseAnswers(1),
  });
  const messages = site.messages().filter(({ to }) => to === user.mobile);
  await site.enter(browser, messages.at(-1)?.code ?? '000000');
  const ended = (await browser.get('/private')).status === 200;
  return { sms: site.messages().filter(({ to }) => to === user.mobile).length, ended };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { strategies: measured } = await smsOnAHostileTrace();
  for (const { name, scenarios: played, smsPerLogin, ended } of measured) {
    const lines = played.map(
      (each) => `  ${each.name.padEnd(32)}${each.sms} SMS  ${each.ended ? 'ended' : 'not ended'}`,
    );
    const sum = `${smsPerLogin.toFixed(2)} SMS per login, ${ended} of ${played.length} ended`;
    process.stdout.write(`${name}: ${sum}\n${lines.join('\n')}\n`);
  }
}
