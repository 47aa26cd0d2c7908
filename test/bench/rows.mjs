import { burst } from './burst.mjs';
import { coldApp, coldFirstMessage, coldImport } from './cold-start.mjs';
import { cpuOfALogin } from './cpu/index.mjs';
import { installed } from './installed.mjs';
import { smsPerLogin } from './one-sms/index.mjs';
import { ours } from './ours.mjs';
import { memoryReturned, pendingLogins } from './pending/index.mjs';
import { row } from './report/row.mjs';
import { roundTrips } from './round-trips.mjs';
import { sideBySide } from './side-by-side/rows.mjs';
import { socketsOpened } from './sockets.mjs';

async function cpu() {
  const [login, got, transport, strategy, ...vendors] = await cpuOfALogin({
    others: ['got', 'transport', 'strategy', 'twilio', 'vonage-verify2', 'infobip'],
  });
  const over = (id, what, { ratio, ratioSpread, microseconds }, goal) =>
    row(id, `CPU of a login over ${what}`, {
      figure: ratio,
      goal,
      spread: ratioSpread,
      note: `${login.microseconds.toFixed(0)} µs over ${microseconds.toFixed(0)} µs`,
      detail: { ours: login.microseconds, theirs: microseconds },
    });
  const part = (what, { microseconds }) =>
    row('B1', `Of it ${what}, alone`, {
      figure: microseconds / got.microseconds,
      note: `${microseconds.toFixed(0)} µs over ${got.microseconds.toFixed(0)} µs`,
      detail: { ours: microseconds, theirs: got.microseconds },
    });
  return [
    over('B1', 'two bare calls of got', got, 1.6),
    part('the calls by our transport', transport),
    part('the strategy, asking a provider that answers at once', strategy),
    // B9 compares whole logins with whole logins, and has the goals.
    ...vendors.map((vendor) => over('B2', vendor.name, vendor)),
  ];
}

/** The time of ours over that of each other. */
function timesOver(measure, { [ours]: own, ...others }) {
  return Object.entries(others).map(([name, theirs]) =>
    row('B3', `${measure} over ${name}`, {
      figure: own / theirs,
      note: `${own.toFixed(0)} ms over ${theirs.toFixed(0)} ms, net of bare Node`,
      detail: { ours: own, theirs },
    }),
  );
}

/** How much longer an app takes to start with ours than with another; a negative figure is faster. */
function beyond(measure, { own, name, time, goal }) {
  return row('B3', `${measure} beyond the same with ${name}`, {
    figure: own - time,
    goal,
    unit: 'ms',
    note: `${own.toFixed(0)} ms and ${time.toFixed(0)} ms, net of bare Node`,
    detail: { ours: own, theirs: time },
  });
}

function appStart({ short }) {
  const others = short ? ['twilio'] : ['twilio', '@vonage/verify2', 'better-auth'];
  const { [ours]: own, ...theirs } = coldApp({ rounds: short ? 15 : 31, others });
  return Object.entries(theirs).map(([name, time]) =>
    beyond('Cold start of an Express app', {
      own,
      name,
      time,
      goal: name === 'twilio' ? 30 : undefined,
    }),
  );
}

async function coldStart() {
  const { [ours]: own, twilio } = coldApp({ rounds: 31, others: ['twilio'], also: ['zod'] });
  return [
    beyond('The same of one that uses zod', { own, name: 'twilio', time: twilio }),
    ...timesOver('Cold import', coldImport({ rounds: 31 })),
    ...timesOver('Cold process to the first SMS', await coldFirstMessage()),
  ];
}

async function oneSms() {
  const scenarios = await smsPerLogin();
  const completed = scenarios.filter(({ completes }) => completes);
  // Without the provider's answer the code cannot be checked.
  const isSound = ({ name, sms, completes }) => sms === 1 && completes === (name !== 'lost answer');
  return [
    row('B4', 'SMS per login: double clicks, retries, lost answers', {
      figure: scenarios.reduce((sum, { sms }) => sum + sms, 0) / scenarios.length,
      goal: 1,
      exact: true,
      sound: scenarios.every(isSound),
      note: `${completed.length} of ${scenarios.length} logins completed`,
      detail: { scenarios },
    }),
  ];
}

async function pending() {
  const { bytesEach, cpuRatio, cpuRatioSpread } = await pendingLogins();
  const { ours: waited, got } = await burst();
  const { taken, left } = await memoryReturned();
  return [
    row('B5', 'CPU of a login beside 100,000 pending over 1,000', {
      figure: cpuRatio,
      goal: 1.1,
      spread: cpuRatioSpread,
    }),
    ...Object.entries(bytesEach).map(([count, figure]) =>
      row('B5', `Memory of each of ${Number(count).toLocaleString('en')} pending logins`, {
        figure,
        goal: 3072,
        unit: 'bytes',
      }),
    ),
    row('B5', '1,000 logins at once, p99 beyond that of got', {
      figure: waited - got,
      goal: 100,
      unit: 'ms',
      note: `${waited.toFixed(0)} ms and ${got.toFixed(0)} ms beyond the provider`,
      detail: { ours: waited, got },
    }),
    row('B5', 'Memory left of 10,000 logins, four hours later', {
      figure: left / taken,
      goal: 0.01,
      sound: taken > 0,
      note: `${Math.round(left / 1024)} of ${Math.round(taken / 1024)} KiB`,
      detail: { taken, left },
    }),
  ];
}

/** Sequential round trips of each phase; at most five were the goal. */
const tripsOf = {
  'first code': 5,
  'same challenge again': 3,
  'wrong code': 3,
  resend: 5,
  'right code': 5,
  'first code, soon after a login': 5,
  'first code, after a spent challenge': 5,
};

async function redis() {
  return Object.entries(await roundTrips()).map(([phase, { trips, commands, answer }]) =>
    row('B6', `Round trips to Redis: ${phase}`, {
      figure: trips,
      goal: tripsOf[phase],
      exact: true,
      note: `${commands} commands; ${answer}`,
      detail: { trips, commands, answer },
    }),
  );
}

/** Replies after which the transport opens another connection. */
const repliesOfAConnection = 250;

/** The short form reaches no replacement with 64 at once, so a second row has fewer lanes. */
const socketRuns = ({ short }) =>
  short
    ? [
        { logins: 2000, lanes: 64 },
        { logins: 1000, lanes: 6 },
      ]
    : [{ logins: 10_000, lanes: 64 }];

async function sockets(form) {
  const rows = [];
  for (const { logins, lanes } of socketRuns(form)) {
    rows.push(
      row('B7', `Sockets for ${logins.toLocaleString('en')} logins, ${lanes} at once`, {
        figure: await socketsOpened({ logins, lanes }),
        goal: lanes * Math.ceil((2 * logins) / lanes / repliesOfAConnection),
        exact: true,
      }),
    );
  }
  return rows;
}

async function size() {
  return Object.entries(await installed()).map(([name, { kibibytes, packages }]) =>
    row('B8', `Installed: ${name}`, {
      figure: kibibytes / 1024,
      unit: 'MiB',
      note: `${packages} packages`,
      detail: { kibibytes, packages },
    }),
  );
}

/** What is measured together, by the ids of its rows. */
export const all = [
  { ids: ['B1', 'B2'], measure: cpu },
  { ids: ['B3'], measure: appStart, steady: true, disturbed: true },
  { ids: ['B3'], measure: coldStart },
  { ids: ['B4'], measure: oneSms, steady: true },
  { ids: ['B5'], measure: pending },
  { ids: ['B6'], measure: redis, steady: true, disturbed: true },
  { ids: ['B7'], measure: sockets, steady: true, disturbed: true },
  { ids: ['B8'], measure: size },
  { ids: ['B9'], measure: sideBySide },
];
