#!/usr/bin/env node
// The executable `passport-modica-2fa`.

import { runProgram } from './program.js';
import { processTerminal } from './terminal.js';

runProgram(process.argv.slice(2), processTerminal(), process.env).then((exitCode) => {
  process.exitCode = exitCode;
});
