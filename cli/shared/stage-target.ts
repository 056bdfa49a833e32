import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { readStageFile, stageFilePath } from '../../infra/stage-file.ts';
import { deadLetterQueueName, eventsQueueName, functionName, stackName, tableName } from '../../lib/stage/names.ts';
import { invokeLambda } from './invoke.ts';
import { secretNameOf } from './secret-names.ts';
import { deadLetterQueueAt, type Target } from './target.ts';

/** A deployed stage, by its names; AWS is asked only for what a command uses. */
export function stageTarget(stage: string): Target {
  // AWS_ENDPOINT_URL_SQS, where it is set, holds for calls on a queue, too: emulators answer host names that do not resolve
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const urlOf = async (QueueName: string) => (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? '';
  return {
    dynamo: new DynamoDBClient({}),
    secretsManager: new SecretsManagerClient({}),
    tableOf: (name) => tableName(stage, name),
    secretOf: (name) => secretNameOf(stage, name),
    deadLetterQueue: async () =>
      deadLetterQueueAt(sqs, {
        events: await urlOf(eventsQueueName(stage)),
        deadLetter: await urlOf(deadLetterQueueName(stage)),
      }),
    webhookUrl: () => webhookUrlOf(stage),
    invoke: (name, event) => invokeLambda(functionName(stage, name), event),
    dncHistoryYears: () => readStageFile(stageFilePath(stage), 'cloud').dnc.historyYears,
    description: `stage ${stage} in AWS`,
  };
}

/** The stack's output WebhookUrl. */
async function webhookUrlOf(stage: string): Promise<string> {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const StackName = stackName(stage);
  const { Stacks = [] } = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName }));
  const url = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'WebhookUrl')?.OutputValue;
  if (url === undefined) throw new Error(`stack ${StackName} has no output WebhookUrl: give --url`);
  return url;
}
