import { writeFileSync } from 'node:fs';
import { secretsReference, stageReference } from '../infra/stage-reference.ts';
import { LOCAL_VARIABLES } from './settings.ts';

export const CONFIGURATION_REFERENCE = new URL('../docs/configuration.md', import.meta.url);

const STAGE_FILE = `# Configuration

Printed from \`lib/stage\` and \`local/settings.ts\` by \`node local/configuration-reference.ts\`; a test compares the two.

- [The stage file](#the-stage-file): everything about a deployment that is no secret.
- [What the secrets hold](#what-the-secrets-hold): everything that is.
- [Variables of \`npm start\`](#variables-of-npm-start): what a relay on one machine uses instead of its stand-ins.

## The stage file

\`infra/stages/<stage>.json\` is read by \`npm run synth -- --stage <stage>\`, \`npx cdk deploy -c stage=<stage>\` and, as \`local\`, by \`npm start\`.
Every setting may be left out, but a deployed stage needs \`kafka.brokers\` and \`cxone.baseUrl\`. A setting that is not listed here is refused.
All faults of a file are reported at once, each with path and reason. \`[]\` stands for each element of a list, \`*\` for each key of a table.
`;

const SECRETS = `## What the secrets hold

JSON in AWS Secrets Manager, created by whoever runs the relay, once a stage. Functions keep a value for five minutes and read it again when it
is refused, at most every 30 s; so a rotation needs no deployment ([security.md](security.md#secrets-and-their-rotation)).
`;

const VARIABLES = `## Variables of \`npm start\`

An empty one counts as unset. A wrong one ends the start with its name and what it must be.
`;

/** The text of docs/configuration.md. */
export function configurationReference(): string {
  return [STAGE_FILE, stageReference(), SECRETS, secretsReference(), VARIABLES, variables()].join('\n');
}

function variables(): string {
  const rows = Object.entries(LOCAL_VARIABLES).map(([name, { unset, set }]) => `| \`${name}\` | ${unset} | ${set} |`);
  return `| variable | unset | set |\n|---|---|---|\n${rows.join('\n')}\n`;
}

if (import.meta.main) writeFileSync(CONFIGURATION_REFERENCE, configurationReference());
