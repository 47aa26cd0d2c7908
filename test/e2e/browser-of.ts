import request from 'supertest';
import { demoUser } from '../../example-app/express/src/demonstration.js';

type Demo = { readonly url: string; newestCode(): string };

/** The pages of an app as a browser without scripts uses them. */
export function formsOf(agent: ReturnType<typeof request.agent>) {
  const open = (path: string) => agent.get(path).redirects(3);
  const send = async (path: string, fields: object) => {
    const [, _csrf = ''] = /name="_csrf" value="([^"]+)"/.exec((await open('/')).text) ?? [];
    return agent
      .post(path)
      .type('form')
      .send({ _csrf, ...fields });
  };
  return {
    open,
    send,
    /** Sends a form and reads the page that comes then. */
    fill: async (path: string, fields: object = {}) => {
      const answer = await send(path, fields);
      return answer.headers['location'] ? open(answer.headers['location']) : answer;
    },
  };
}

/** Somebody with a browser of their own: JSON and forms, in one session. */
export function browserOf({ url, newestCode }: Demo, headers: Record<string, string> = {}) {
  const agent = request.agent(url).set(headers);
  const login = (user: object = demoUser) => agent.post('/api/login').send(user);
  const enter = (code: string, more: object = {}) =>
    agent.post('/api/login/code').send({ code, ...more });
  return {
    agent,
    ...formsOf(agent),
    login,
    enter,
    /** The whole way in; what the code was answered. */
    logIn: async (user: object = demoUser, more: object = {}) => {
      await login(user).expect(401);
      return enter(newestCode(), more).expect(200);
    },
    logOut: () => agent.post('/api/logout').expect(204),
    devices: async () => (await agent.get('/api/me/devices').expect(200)).body.devices,
    activity: async () => (await agent.get('/api/me/activity').expect(200)).body.activity,
  };
}

export type BrowserOf = ReturnType<typeof browserOf>;

/** Eta escapes an apostrophe. */
export const readable = (html: string | undefined) => html?.replaceAll('&#39;', "'");

export const titleOf = ({ text }: { readonly text: string }) =>
  readable(/<h1>(.*?)<\/h1>/.exec(text)?.[1]);

export const noticeOf = ({ text }: { readonly text: string }) =>
  readable(/<p class="notice[^>]*id="notice">(.*?)<\/p>/.exec(text)?.[1]);

export const errorOf = ({ text }: request.Response, name: string) =>
  readable(new RegExp(`id="${name}-error">(.*?)</p>`).exec(text)?.[1]);

/** The device cookie that an answer sets, as a browser sends it back; undefined when it sets none. */
export function deviceCookieOf({ headers }: request.Response): string | undefined {
  return [headers['set-cookie'] ?? []]
    .flat()
    .find((cookie) => cookie.startsWith('second-factor-device='))
    ?.split(';')[0];
}
