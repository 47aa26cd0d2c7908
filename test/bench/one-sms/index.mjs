import { openBrowser } from '../browser.mjs';
import { scenarios } from './scenarios.mjs';
import { startSite } from './site.mjs';
import { userOf } from './users.mjs';

/** B4: the SMS of each scenario, of which one is enough, and whether the login completes. */
export async function smsPerLogin() {
  const site = await startSite();
  const played = [];
  try {
    for (const [index, scenario] of scenarios.entries()) {
      played.push({ name: scenario.name, ...(await play(scenario, site, userOf(index))) });
    }
  } finally {
    await site.stop();
  }
  return played;
}

/** `completes`: the newest code, entered once in the user's last browser, opens the private page. */
async function play(scenario, site, user) {
  const browser = await scenario.play({
    open: () => openBrowser(site.nodes),
    firstFactor: site.openForm,
    openForm: site.openForm,
    ask: (from) => site.ask(from, user),
    askAgain: site.askAgain,
    loseNextAnswer: () => site.vendor.loseAnswers(1),
  });
  const messages = () => site.vendor.messages().filter(({ to }) => to === user.mobile);
  await site.enter(browser, messages().at(-1)?.code ?? '000000');
  const completes = (await browser.get('/private')).status === 200;
  return { sms: messages().length, completes };
}
