import { findTarget } from '../../../../cli/shared/find-target.ts';
import { type Ran, relayCommand } from '../../../support/command-line.ts';

/** Without a file in infra/stages. */
export const STAGE = 'trial';

/** What somebody has who has set up AWS. */
export const ACCOUNT = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

/** No files of whoever runs this, and nothing beyond loopback. */
const NOTHING = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_MAX_ATTEMPTS: '1',
};

/** `npx relay <args> --stage trial`, where all that is known of AWS is `environment`. */
export async function stageCommand(args: string, environment: Record<string, string>): Promise<Ran> {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, NOTHING, environment);
  try {
    return await relayCommand(`${args} --stage ${STAGE}`, findTarget);
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}
