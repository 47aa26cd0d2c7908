import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../../lib/errors.js';
import { nexmoProvider, startNexmo, usMobile } from '../../../fixtures/nexmo.js';
import { thrownBy } from '../../../fixtures/thrown.js';

const template = `\${before}\${pin}\${after}`;
const contentParameters = ['before', 'after'];

describe('A message with content, by Nexmo', () => {
  it('is the text of the SMS, character by character', async () => {
    const emulator = await startNexmo({ template });
    const provider = nexmoProvider(emulator, { contentParameters });
    await provider.send(usMobile, 'Pay 100 to ACME: %(code)s. Not you? Call us.');
    const { code, text } = emulator.messages[0] ?? {};
    expect(text).toBe(`Pay 100 to ACME: ${code}. Not you? Call us.`);
  });

  it('has the English default if the app has no content and the template only parameters', async () => {
    const emulator = await startNexmo({ template });
    await nexmoProvider(emulator, { contentParameters }).send(usMobile);
    const { code, text } = emulator.messages[0] ?? {};
    expect(text).toBe(`Your code is ${code}. Don't share it with anyone.`);
  });

  it('may contain the code twice, as an origin-bound one does', async () => {
    const emulator = await startNexmo({ template: `\${a}\${pin}\${b}\${pin}\${c}` });
    const provider = nexmoProvider(emulator, { contentParameters: ['a', 'b', 'c'] });
    await provider.send(usMobile, 'Code: %(code)s\n\n@example.com #%(code)s');
    const { code, text } = emulator.messages[0] ?? {};
    expect(text).toBe(`Code: ${code}\n\n@example.com #${code}`);
  });

  it('has the values of the option parameters, too', async () => {
    const emulator = await startNexmo({ template });
    const parameters = { bank: 'ACME', before: 'never' };
    await nexmoProvider(emulator, { contentParameters, parameters }).send(usMobile, '1: %(code)s');
    expect(JSON.parse(emulator.requests[0]?.body ?? '')).toMatchObject({
      bank: 'ACME',
      before: '1: ',
      after: '',
    });
  });

  it('A29: has no parameter that a payee could inject', async () => {
    const emulator = await startNexmo({ template });
    const provider = nexmoProvider(emulator, { contentParameters });
    await provider.send(usMobile, `Pay \${pin}: %(code)s`);
    expect(emulator.messages[0]?.text).toMatch(/^Pay \$｛pin｝: \d+$/);
  });

  it.each([
    ['no parameters are configured', undefined, 'x %(code)s', 'option "contentParameters"'],
    [
      'it has more parts than there are names',
      contentParameters,
      '%(code)s %(code)s',
      'has 3 parts',
    ],
    ['it has fewer parts than there are names', ['a', 'b', 'c'], '%(code)s', 'has 2 parts'],
    ['it has no place for the code', contentParameters, 'x', 'has 1 parts'],
  ])('A24: is not sent if %s', async (_what, names, content, words) => {
    const emulator = await startNexmo({ template });
    const provider = nexmoProvider(emulator, { contentParameters: names });
    const error = await thrownBy(ConfigurationError, () => provider.send(usMobile, content));
    expect(error.message).toContain(words);
    expect(error.message).toContain('nothing was sent');
    expect(emulator.requests).toEqual([]);
  });
});
