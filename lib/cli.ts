#!/usr/bin/env node
import { runProgram } from './cli/program.js';
import { processTerminal } from './cli/terminal.js';

runProgram(process.argv.slice(2), processTerminal(), process.env).then((exitCode) => {
  process.exitCode = exitCode;
});
