import { describe, expect, it } from 'vitest';
import { calibrate, calibrateWith, codeReply, expectLine, startModica } from './calibration.js';

describe('passport-modica-2fa calibrate', () => {
  it('shows the times as they came', async () => {
    const { text } = await calibrate(await startModica());
    expectLine(text, `  created: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z'`);
    expectLine(text, `  expires: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z'`);
  });

  it.each([
    [
      '2026-11-22 02:00:00',
      '2026-11-22 02:10:00',
      ' (names no zone: taken for UTC)',
      '600 seconds',
    ],
    ['2026-11-22T02:00:00+00:00', '2026-11-22T02:01:00.5+0000', '', '60.5 seconds'],
    ['2026-11-22t02:00:00z', '2026-11-22t02:00:30z', '', '30 seconds'],
  ])('reads %s to %s', async (created, expires, remark, lifetime) => {
    const text = await calibrateWith({ challenge: { created, expires } });
    expect(text).toContain(`created: '${created}'${remark}\n  expires: '${expires}'${remark}\n`);
    expect(text).toContain(`good for ${lifetime};`);
    expect(text).not.toContain('Warning');
  });

  it.each([
    [
      'an HTTP status',
      codeReply(404, { error: 'not_found' }),
      "404, error 'not_found', request id",
    ],
    ['no JSON', { ...codeReply(400, {}), body: 'Bad request' }, '400, no JSON, request id'],
    ['no word', codeReply(400, { message: 'no' }), '400, request id'],
  ])(
    'warns where a wrong code is answered outside the document, by %s',
    async (_, wrong, shown) => {
      const text = await calibrateWith({ wrong });
      expect(text).toMatch(
        new RegExp(`A wrong code: ${shown}.*; the document knows no such answer`),
      );
      expect(text).toContain('Warning: a wrong code is answered outside the document');
      expect(text).toContain("errorVerdicts: { invalid_challenge: 'expired', used_code: 'used' },");
    },
  );

  it('warns of an answer without a request id', async () => {
    const headers = { 'X-Modica-Request-Id': undefined };
    const text = await calibrateWith({ wrong: { ...codeReply(400, { error: 'no' }), headers } });
    expect(text).toContain("A wrong code: 400, error 'no', no request id\n");
    expect(text).toContain('Warning: an answer has no request id');
  });
});
