import { spawn } from 'node:child_process';
import path from 'node:path';

/**
 * Runs a program in a folder, by a Node of one's choice, and gives all that it printed. Rejects with
 * that when it fails.
 */
export function run(command, args, { cwd, node = process.execPath }) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PATH: path.dirname(node) + path.delimiter + process.env.PATH };
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    child.stdout.on('data', (chunk) => (printed += chunk));
    child.stderr.on('data', (chunk) => (printed += chunk));
    child.once('error', reject);
    child.once('close', (exitCode) => {
      if (exitCode === 0) resolve(printed);
      else reject(new Error(`${[command, ...args].join(' ')} in ${cwd}\n${printed}`));
    });
  });
}

const quietly = ['--silent', '--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock'];

/** Installs what a folder's package.json wants, and more. */
export const install = (cwd, more, node) =>
  run('npm', ['install', ...quietly, ...more], { cwd, node });
