#!/usr/bin/env node
import { runRelay } from './program.ts';
import { findTarget } from './shared/find-target.ts';
import { terminalOutput } from './shared/output.ts';

/** `npx relay`, or `npm run relay --`. */
process.exitCode = await runRelay(process.argv.slice(2), { output: terminalOutput(), findTarget });
