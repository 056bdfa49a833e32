import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Deployment } from './deployment.ts';
import { startEventSource } from './event-source.ts';
import type { RunningFunctions } from './running-functions.ts';
import { startSchedules } from './schedules.ts';

export interface BackgroundWorkSettings {
  deployment: Deployment;
  functions: RunningFunctions;
  sqs: SQSClient;
  /** Batches worked at a time. */
  pollers: number;
  /** Told of each message before its function is handed it. */
  onMessage: (messageId: string, body: string) => void;
  onTrouble: (message: string) => void;
}

/** What goes on by itself: the queue's consumers and the schedules. `close` waits for the batches in work. */
export function startBackgroundWork(settings: BackgroundWorkSettings): { close(): Promise<void> } {
  const { deployment, functions, sqs, pollers, onMessage, onTrouble } = settings;
  const eventSources = deployment.eventSources.map(({ queueArn, functionName, batchSize }) =>
    startEventSource({
      sqs,
      queueUrl: deployment.queueUrlsByArn.get(queueArn) ?? '',
      queueArn,
      batchSize,
      pollers,
      invoke(event) {
        for (const { messageId, body } of event.Records) onMessage(messageId, body);
        return functions.byFunctionName(functionName).invoke(event);
      },
      onTrouble,
    }),
  );
  const schedules = startSchedules(deployment.schedules, (arn, event) => functions.byArn(arn).invoke(event));
  return {
    async close() {
      schedules.stop();
      await Promise.all(eventSources.map((source) => source.stop()));
    },
  };
}
