import { ours } from '../ours.mjs';
import { row } from '../report/row.mjs';
import { guardsSideBySide } from './guards/index.mjs';
import { memoryOfPendingLogins, pending } from './pending.mjs';
import { logInSideBySide, vendorTime } from './rounds.mjs';
import { servers } from './servers.mjs';

/** B9: the same work by each contender, and the guards that each does not keep. */
export async function sideBySide() {
  const guards = await guardsSideBySide();
  const logins = [];
  for (const server of servers.filter(({ isThere }) => isThere)) {
    const results = await logInSideBySide(server);
    logins.push(...cpuOver(server, results, guards), ...results.map((one) => login(server, one)));
  }
  const memory = await memoryOfPendingLogins();
  return [...logins, ...memory.map(pendingLogin), ...guards.map(guardsMissing)];
}

/**
 * At most the CPU of a contender that keeps most guards (more than half of them), and at most 1.1 times that of
 * one that keeps fewer.
 */
const goalOver = ({ kept, guards }) => (kept > guards.length / 2 ? 1 : 1.1);

function cpuOver({ name: where }, [own, ...others], guards) {
  return others.map(({ name, cpu, ratio, ratioSpread }) =>
    row('B9', `CPU of a login in Express ${where}, over ${name}`, {
      figure: ratio,
      goal: goalOver(guards.find((one) => one.name === name)),
      spread: ratioSpread,
      note: `${own.cpu.toFixed(2)} ms over ${cpu.toFixed(2)} ms`,
      detail: { ours: own.cpu, theirs: cpu },
    }),
  );
}

function login({ kind, name: where }, result) {
  const { name, cpu, cpuSpread, perSecond, p50, p99, requests, calls, generator } = result;
  const { packages, activity } = result;
  return row('B9', `CPU of a login in Express ${where}: ${name}`, {
    figure: cpu,
    unit: 'ms',
    spread: cpuSpread,
    note:
      `${perSecond.toFixed(0)} logins/s; at half of that p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, ` +
      `of it ${calls * vendorTime} ms for the vendor; ${requests} requests; ` +
      `the load generator and vendors at ${(generator * 100).toFixed(0)} % of a core; ` +
      `in a profile ${mostOf(packages)}${activity ? `; ${asked(activity)}` : ''}`,
    detail: { storage: kind, ...result },
  });
}

const mostOf = (packages) =>
  Object.entries(packages)
    .slice(0, 6)
    .map(([name, spent]) => `${name} ${spent.toFixed(2)}`)
    .join(', ');

const asked = ({ transactions, written }) =>
  `${transactions.toFixed(0)} transactions and ${written.toFixed(0)} rows written, users included`;

function pendingLogin({ name, heapEach }) {
  return row('B9', `Memory of each of ${count(pending)} pending logins in Express: ${name}`, {
    figure: heapEach,
    unit: 'bytes',
    note: 'of the heap',
    detail: { name, heapEach },
  });
}

function guardsMissing({ name, kept, guards }) {
  return row('B9', `Guards not kept: ${name}`, {
    figure: guards.length - kept,
    goal: name === ours ? 0 : undefined,
    note: `of ${guards.length}`,
    detail: { name, guards },
  });
}

const count = (number) => number.toLocaleString('en');
