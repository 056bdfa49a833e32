import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EmbeddedSecretsManager, startEmbeddedSecretsManager } from '../../../local/embedded/secrets-manager.ts';
import { json, type RecordingServer, recordingServer } from '../../support/recording-server.ts';
import { ACCOUNT, STAGE, stageCommand } from './support/stage-command.ts';

const SECRET = 'signing-secret-of-the-stage';
const STACK_NAME = `cxone-relay-${STAGE}`;

let secrets: EmbeddedSecretsManager;
let webhook: RecordingServer;
let cloudFormation: RecordingServer;
let described: string | undefined;
beforeAll(async () => {
  secrets = await startEmbeddedSecretsManager(new Map([[`cxone-relay/${STAGE}/webhook`, { current: SECRET }]]));
  webhook = await recordingServer((response) => json(response, 202, { status: 'accepted' }));
  cloudFormation = await recordingServer((response) => {
    response.writeHead(described === undefined ? 400 : 200, { 'content-type': 'text/xml' });
    response.end(described ?? NO_STACK);
  });
});
afterAll(() => Promise.all([secrets.close(), webhook.close(), cloudFormation.close()]));

const NO_STACK = `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>
  <Code>ValidationError</Code><Message>Stack with id ${STACK_NAME} does not exist</Message></Error></ErrorResponse>`;

const stack = (output: string) => `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
  <DescribeStacksResult><Stacks><member><StackName>${STACK_NAME}</StackName>
    <StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-01-31T12:00:00Z</CreationTime>
    <Outputs><member><OutputKey>${output}</OutputKey><OutputValue>${webhook.url}/cxone/events</OutputValue></member></Outputs>
  </member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;

const emulated = () => ({
  ...ACCOUNT,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
  AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
});

describe('npx relay send --stage', () => {
  it('posts to the address that the stack tells, signed with the secret of the stage', async () => {
    described = stack('WebhookUrl');
    const { code, notes, lines } = await stageCommand('send --json', emulated());
    expect({ code, notes }).toEqual({ code: 0, notes: [] });
    expect(JSON.parse(lines.join())).toMatchObject({ url: `${webhook.url}/cxone/events`, accepted: 1 });
    expect(cloudFormation.requests[0]?.body).toContain(`StackName=${STACK_NAME}`);
    const { url, headers, body = '' } = webhook.requests[0] ?? {};
    const signature = createHmac('sha256', SECRET).update(body).digest('hex');
    expect({ url, signature: headers?.['x-cxone-signature'] }).toEqual({
      url: '/cxone/events',
      signature: `sha256=${signature}`,
    });
  });

  it.each([
    ['is not there', undefined, /there is no such stage here .*Stack with id .* check --stage/],
    ['tells no address', 'Other', /no output WebhookUrl: give --url/],
  ])('ends with 1 and a sentence when the stack %s', async (_case, output, message) => {
    described = output === undefined ? undefined : stack(output);
    const { code, lines, notes } = await stageCommand('send', emulated());
    expect({ code, lines }).toEqual({ code: 1, lines: [] });
    expect(notes.join('\n')).toMatch(message);
  });

  it('names the secret that it cannot read', async () => {
    described = stack('WebhookUrl');
    secrets.replace(`cxone-relay/${STAGE}/webhook`, { current: '' });
    const { code, notes } = await stageCommand('send', emulated());
    expect({ code, notes }).toEqual({ code: 1, notes: [expect.stringMatching(/webhook secret: current: must be/)] });
  });
});

describe('without what AWS needs', () => {
  it.each([
    ['a region', {}, /^error: no AWS region: set AWS_REGION, such as us-east-1$/],
    ['credentials', { AWS_REGION: 'us-east-1' }, /^error: no AWS credentials: set AWS_PROFILE, or/],
  ])('%s: one sentence that says what to do, and 1', async (_what, environment, message) => {
    for (const command of ['dlq list', 'interactions i-1', 'subscriptions plan', 'audit verify', 'send', 'dnc list']) {
      const { code, lines, notes } = await stageCommand(command, environment);
      expect({ command, code, lines }).toEqual({ command, code: 1, lines: [] });
      expect(notes).toEqual([expect.stringMatching(message)]);
    }
  });
});
