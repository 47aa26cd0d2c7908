import request, { type Response } from 'supertest';
import { describe, expect, it } from 'vitest';
import { demoUser } from '../../example-app/express/src/demonstration.js';
import { browserOf, formsOf, titleOf } from './browser-of.js';
import { startDemonstration } from './example.js';

const other = { ...demoUser, username: 'another', mobile: '+64215550111' };

/** What the form on a page sends beside what is typed. */
function hiddenOf({ text }: Response): Record<string, string> {
  const fields = text.matchAll(/<input type="hidden" name="(\w+)" value="(.*?)">/g);
  return Object.fromEntries([...fields].map(([, name = '', value = '']) => [name, value]));
}

describe('Two tabs of one browser', () => {
  it('F18: two users with pending codes are each logged in with their own', async () => {
    for (const last of [demoUser, other]) {
      const { url, newestCode, emulator, enrol } = await startDemonstration();
      const agent = request.agent(url);
      await enrol(other);
      const { fill } = formsOf(agent);
      const tabs = [];
      for (const user of [demoUser, other]) {
        const page = await fill('/login', user);
        tabs.push({ user, page, code: newestCode() });
      }
      // The page that is left is that of whoever answers.
      const tab = tabs.find(({ user }) => user === last) ?? tabs[0];
      if (!tab) throw new Error('There is no tab');

      const home = await fill('/login/code', { ...hiddenOf(tab.page), code: tab.code });
      expect(titleOf(home)).toBe('You are logged in');
      expect(home.text).toContain(last.username);
      // Nobody's code was tried for anybody else's challenge.
      expect(emulator.requests.filter(({ path }) => path === '/responses')).toHaveLength(1);
    }
  });

  it('F18: two payments are each paid with their own code', async () => {
    const demo = await startDemonstration();
    const { agent, logIn, open, fill } = browserOf(demo);
    await logIn();
    const tabs = [];
    for (const [id, payee] of [
      [1, 'Bakery'],
      [2, 'Garage'],
    ] as const) {
      await agent.post('/api/payments').send({ payee, amount: '12.50' }).expect(201);
      const page = await fill(`/payments/${id}/confirm`);
      expect(page.text).toContain(payee);
      tabs.push({ path: `/payments/${id}/confirm/code`, payee, page, code: demo.newestCode() });
    }

    for (const { path, payee, page, code } of tabs) {
      const again = hiddenOf(await open(path));
      expect(again['challenge']).toBe(hiddenOf(page)['challenge']);
      const paid = await fill(path, { ...again, code });
      expect(paid.text).toContain(`You paid 12.50\u00a0NZD to ${payee}.`);
    }
  });
});
