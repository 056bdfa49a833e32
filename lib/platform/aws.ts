import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';

/**
 * Region, credentials and endpoints come from the environment (AWS_REGION, AWS_ENDPOINT_URL_SQS, …): the SDK reads them
 * itself, which is how the same bundle runs in Lambda and on a laptop. Attempts and time-outs are the caller's choice.
 */
export interface AwsClientSettings {
  maxAttempts: number;
  requestTimeoutMs: number;
}

const handler = ({ maxAttempts, requestTimeoutMs }: AwsClientSettings) => ({
  maxAttempts,
  requestHandler: {
    connectionTimeout: Math.min(1000, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
    throwOnRequestTimeout: true,
  },
});

export const createSqs = (settings: AwsClientSettings): SQSClient => new SQSClient(handler(settings));
export const createDynamo = (settings: AwsClientSettings): DynamoDBClient => new DynamoDBClient(handler(settings));
export const createSecretsManager = (settings: AwsClientSettings): SecretsManagerClient =>
  new SecretsManagerClient(handler(settings));
