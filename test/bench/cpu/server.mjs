// The other side of every contender, in a process of its own: our emulator for Modica's API, and as
// little of the vendors' APIs as their SDKs need for a create and a check.
import { subscribe } from 'node:diagnostics_channel';
import http from 'node:http';
import { createModicaEmulator } from 'passport-modica-2fa/emulator';
import { serve } from '../processes.mjs';

const emulator = createModicaEmulator();
await emulator.start();

const answers = [
  // Twilio Verify v2
  [
    /^POST \/v2\/Services\/VA\w+\/Verifications$/,
    { sid: `VE${'0'.repeat(32)}`, status: 'pending' },
  ],
  [/^POST \/v2\/Services\/VA\w+\/VerificationCheck$/, { status: 'approved', valid: true }],
  // Vonage Verify v2
  [/^POST \/v2\/verify$/, { request_id: 'c11236f4-00bf-4b89-84ba-88b25df97315' }],
  [/^POST \/v2\/verify\/[\w-]+$/, { status: 'completed' }],
  // Infobip 2FA
  [
    /^POST \/2fa\/2\/pin\/\?/,
    { pinId: '9C817C6F8AF3D48F9FE553282AFA2B67', smsStatus: 'MESSAGE_SENT' },
  ],
  [/^POST \/2fa\/2\/pin\/\w+\/verify$/, { verified: true, attemptsRemaining: 0 }],
].map(([request, body]) => ({ request, body: JSON.stringify(body) }));

const vendors = http.createServer((request, response) => {
  request.resume().on('end', () => {
    const answer = answers.find((one) => one.request.test(`${request.method} ${request.url}`));
    response.statusCode = answer ? 200 : 404;
    response.setHeader('content-type', 'application/json');
    response.end(answer?.body ?? '{}');
  });
});
// Longer than the others' turns take.
vendors.keepAliveTimeout = 60_000;
await new Promise((resolve) => vendors.listen(0, '127.0.0.1', resolve));

let connections = 0;
subscribe('net.server.socket', () => {
  connections++;
});

serve(
  { account: emulator.account, vendors: `http://127.0.0.1:${vendors.address().port}` },
  ({ newest }) =>
    newest ? emulator.messages.slice(-newest).map(({ to, code }) => [to, code]) : { connections },
);
