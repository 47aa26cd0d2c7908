import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { leftOut } from './what.mjs';

/** Why a test was skipped, as its title says: see `lacking` in test/left-out/lacking.ts. */
const reason = /\(left out: no (.+?) on this machine\)/;

/** Says in one line, at the end of a run, what was left out. */
export default class LeftOut implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const projects = (this.#vitest?.projects ?? []).map(({ name }) => name);
    const whole = projects.includes('browsers and processes');
    const lacking = lackingIn(modules);
    const parts = [
      ...(whole ? [] : [`${leftOut.join(', ')} (npm run test:all has them)`]),
      ...(lacking.length > 0 ? [`what needs ${lacking.join(', ')} (not on this machine)`] : []),
    ];
    if (parts.length > 0) process.stdout.write(`\nLeft out: ${parts.join('; ')}\n`);
  }
}

function lackingIn(modules: readonly TestModule[]): readonly string[] {
  const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
  return [...new Set(skipped.flatMap(({ fullName }) => reason.exec(fullName)?.[1] ?? []))];
}
