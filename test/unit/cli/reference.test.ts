import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { COMMAND_REFERENCE, commandReference } from '../../../cli/reference.ts';

it('docs/commands.md is what the commands tell of themselves: node cli/reference.ts', async () => {
  expect(await commandReference()).toBe(readFileSync(COMMAND_REFERENCE, 'utf8'));
});
