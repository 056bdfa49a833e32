import { REGION } from './template/resolve.ts';
import type { FunctionResource } from './template/resources.ts';

export interface Endpoints {
  sqs: string;
  dynamo: string;
  secretsManager: string;
  /** Where the router writes topics; null: to Kafka. */
  topicLogDirectory: string | null;
}

/** What Lambda sets itself, the endpoints of this machine, and what the template gives to the function. */
export function functionEnvironment(resource: FunctionResource, endpoints: Endpoints): Record<string, string> {
  return {
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_LAMBDA_FUNCTION_NAME: resource.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(resource.memoryMiB),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: resource.bundleDirectory,
    _HANDLER: resource.handler,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamo,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
    ...(resource.name === 'dedup-router' && {
      METRICS_AT_ONCE: 'yes', // the console shows them as they come
      ...(endpoints.topicLogDirectory !== null && { TOPIC_LOG_DIR: endpoints.topicLogDirectory }),
    }),
    ...resource.environment,
  };
}
