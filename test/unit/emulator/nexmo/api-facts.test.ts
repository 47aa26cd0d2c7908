import { describe, expect, it } from 'vitest';
import { answerOf, emulate, replied } from './client.js';

// Copied verbatim from Nexmo's guide 'Two-factor Authentication API'. Two of its values do not work: the
// PIN is not a number, and the phone number is British, while the API is for the US and Canada only.
const guide = {
  api_key: 'API_KEY',
  api_secret: 'API_SECRET',
  to: '441632960960',
  pin: 'A_PIN',
};

const working = { ...guide, to: '16365553226', pin: '1234' };

const account = { apiKey: 'API_KEY', apiSecret: 'API_SECRET' };

type Parameters = Record<string, string>;

const json = (data: Parameters): [string, RequestInit] => [
  '',
  {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(data),
  },
];

const query = (data: Parameters): [string, RequestInit] => [`?${new URLSearchParams(data)}`, {}];

const form = (data: Parameters): [string, RequestInit] => [
  '',
  { method: 'POST', body: new URLSearchParams(data) },
];

describe.each([
  ['Node', json],
  ['PHP and Python', query],
  ['Ruby, sent to the right path', form],
])("The request of Nexmo's guide in %s", (_language, write) => {
  it.each([
    [guide, { status: '3', to: guide.to, 'error-text': 'Invalid Parameters' }],
    [
      { ...guide, pin: '1234' },
      { status: '29', to: guide.to, 'error-text': 'Non White-listed Destination - rejected' },
    ],
    [working, expect.objectContaining({ status: '0', to: '16365553226' })],
  ])('gets the documented reply from its emulator: %j', async (data, message) => {
    const emulator = await emulate(account);
    const [search, init] = write(data);
    const answer = await answerOf(fetch(`${emulator.url}/sc/us/2fa/json${search}`, init));

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(replied(message));
    expect(emulator.messages.map(({ code }) => code)).toEqual(data === working ? ['1234'] : []);
  });
});

describe("The request of Nexmo's guide in Ruby", () => {
  it('is a 404 at the path in the guide', async () => {
    const emulator = await emulate(account);
    const init = { method: 'POST', body: new URLSearchParams(working) };

    expect((await fetch(`${emulator.url}/sms/json`, init)).status).toBe(404);
  });
});
