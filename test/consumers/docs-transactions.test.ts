import request from 'supertest';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { minute, stopClock } from '../fixtures/clock.js';
import { startSamples } from './sample-app.js';

/** The pages of docs/transactions.md, with Alice logged in. */
async function start() {
  const clock = stopClock();
  const { url, emulator } = await startSamples('docs/transactions.md', () => ({
    'drafts.ts': `
      export const list: { payee: string; amount: string }[] = [];
      export const paid: unknown[] = [];
      export const drafts = {
        add: async (fields: unknown, _user?: Express.User) => {
          const { payee, amount } = Object(fields);
          return String(list.push({ payee, amount }) - 1);
        },
        find: async (id: string, _user?: Express.User) => {
          const draft = list[Number(id)];
          if (!draft) throw Object.assign(new Error('No such draft'), { status: 404 });
          return draft;
        },
      };
      export const pay = async (id: string, approved: { to: string; amount: string }) => {
        paid.push({ id, approved });
        return {};
      };`,
    'routes.ts': `
      import app from './pages.js';
      import { list, paid } from './drafts.js';
      import { paymentPages } from './payment-pages.js';
      app.use(paymentPages);
      app.get('/', (_req, res) => { res.json(paid); });
      app.put('/drafts/:id', (req, res) => {
        Object.assign(list[Number(req.params.id)] ?? {}, req.body);
        res.json({});
      });
      export default app;`,
  }));
  const agent = request.agent(url);
  const code = () => emulator.messages.at(-1)?.code ?? '';
  const post = (path: string, fields: object = {}) => agent.post(path).type('form').send(fields);
  await post('/login', { username: 'alice', password: 'right' });
  await post('/login/code', { code: code() });
  const hidden = (text: string) => /name="challenge" value="([^"]+)"/.exec(text)?.[1] ?? '';
  /** What a browser does with the payment form: follows the 307 with the same POST, then shows the page. */
  const draft = async (fields: object) => {
    const added = await post('/payments', fields);
    expect(added.status).toBe(307);
    const page = String(added.headers['location']);
    expect((await post(page, fields)).headers['location']).toBe('code');
    return page;
  };
  const open = async (page: string) => (await agent.get(page)).text;
  const paid = async () => (await agent.get('/')).body;
  return { clock, emulator, agent, code, post, hidden, draft, open, paid, url };
}

const bakery = { payee: 'Bakery', amount: '12.50' };

describe('The payments of docs/transactions.md', () => {
  it('are each paid with the code whose SMS shows them, in two tabs', async () => {
    const { code, draft, emulator, hidden, open, paid, post } = await start();
    const first = await draft(bakery);
    expect(emulator.messages.at(-1)?.text).toContain('amount "12.50 NZD", to "Bakery"');
    const firstCode = code();
    const second = await draft({ payee: '<b>Tom & Co</b>', amount: '1.00' });
    expect(await open(second)).toContain('1.00 NZD to &#60;b&#62;Tom &#38; Co&#60;/b&#62;');

    const [one, two] = [hidden(await open(first)), hidden(await open(second))];
    expect(one).not.toBe(two);
    expect((await post(second, { code: code(), challenge: two })).headers['location']).toBe('/');
    expect((await post(first, { code: firstCode, challenge: one })).headers['location']).toBe('/');
    expect(await paid()).toEqual([
      { id: '1', approved: { to: '<b>Tom & Co</b>', amount: '1.00 NZD' } },
      { id: '0', approved: { to: 'Bakery', amount: '12.50 NZD' } },
    ]);
  });

  it('lead on after a wrong code, when time runs out, and when the provider fails', async () => {
    const { clock, code, draft, emulator, hidden, open, paid, post } = await start();
    const page = await draft(bakery);
    await post(page, { code: code() === '000000' ? '111111' : '000000' });
    expect(await open(page)).toContain('That code is incorrect. 4 attempts left.');
    clock.advance(6 * minute);
    await post(page, { code: code() });
    expect(await open(page)).toContain('This code has expired. Please request a new one.');
    clock.advance(10 * minute);
    expect(await open(page)).toContain('<button>Send code</button>');
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    onTestFinished(() => log.mockRestore());
    emulator.overrideNextReply({ path: '/challenges', reply: 'lost', processed: true });
    expect((await post(page)).headers['location']).toBe('code');
    const failed = await open(page);
    expect(log).toHaveBeenCalledOnce();
    expect(failed).toContain('Something went wrong on our side. Please try again in a minute.');
    clock.advance(minute);
    await post(page, { resend: '1', challenge: hidden(failed) });
    expect((await post(page, { code: code() })).headers['location']).toBe('/');
    expect(await paid()).toHaveLength(1);
  });

  it('are not paid once the draft has changed, and cannot be sent as they are', async () => {
    const { agent, code, draft, emulator, hidden, open, paid, post } = await start();
    const page = await draft(bakery);
    const challenge = hidden(await open(page));
    await agent.put('/drafts/0').type('form').send({ amount: '1250.00' });
    expect(await open(page)).toContain('<button>Send code</button>');
    await post(page, { code: code(), challenge });
    expect(await open(page)).toContain('This code was sent for another transaction.');
    const sent = emulator.messages.length;
    const unusable = await draft({ payee: 'Tom\nCo', amount: '1.00' });
    expect(await open(unusable)).toContain('We cannot show these details in a text message.');
    expect(emulator.messages).toHaveLength(sent);
    expect(await paid()).toEqual([]);
  });

  it('are shown only to users who are logged in', async () => {
    const { draft, url } = await start();
    const page = await draft(bakery);
    for (const other of [request(url).get(page), request(url).post(page)]) {
      expect((await other).headers['location']).toBe('/login');
    }
  });
});
