import { describe, expect, it } from 'vitest';
import { calibrate, calibrateWith, codeReply, expectLine, startModica } from './calibration.js';

describe('calibrate', () => {
  it('prints the timestamps as received', async () => {
    const { text } = await calibrate(await startModica());
    expectLine(text, `  created: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z'`);
    expectLine(text, `  expires: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z'`);
  });

  it.each([
    ['2026-11-22 02:00:00', '2026-11-22 02:10:00', ' (no time zone, read as UTC)', '600 seconds'],
    ['2026-11-22T02:00:00+00:00', '2026-11-22T02:01:00.5+0000', '', '60.5 seconds'],
    ['2026-11-22t02:00:00z', '2026-11-22t02:00:30z', '', '30 seconds'],
  ])('reads the timestamps %s and %s', async (created, expires, note, lifetime) => {
    const text = await calibrateWith({ challenge: { created, expires } });
    expect(text).toContain(`created: '${created}'${note}\n  expires: '${expires}'${note}\n`);
    expect(text).toContain(`valid for ${lifetime};`);
    expect(text).not.toContain('Warning');
  });

  it.each([
    [
      'an undocumented HTTP status',
      codeReply(404, { error: 'not_found' }),
      "404, error 'not_found', request id",
    ],
    [
      'a body that is not JSON',
      { ...codeReply(400, {}), body: 'Bad request' },
      '400, no JSON, request id',
    ],
    ['neither a status nor an error', codeReply(400, { message: 'no' }), '400, request id'],
  ])('warns when the reply to a wrong code has %s', async (_, wrong, printed) => {
    const text = await calibrateWith({ wrong });
    expect(text).toMatch(new RegExp(`Wrong code: ${printed}.*; not a documented reply`));
    expect(text).toContain('Warning: the reply to a wrong code is not a documented one');
    expect(text).toContain("errorVerdicts: { invalid_challenge: 'expired', used_code: 'used' },");
  });

  it('warns when a reply has no request id', async () => {
    const headers = { 'X-Modica-Request-Id': undefined };
    const text = await calibrateWith({ wrong: { ...codeReply(400, { error: 'no' }), headers } });
    expect(text).toContain("Wrong code: 400, error 'no', no request id\n");
    expect(text).toContain('Warning: a reply lacks the documented request id');
  });
});
