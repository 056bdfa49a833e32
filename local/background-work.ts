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
  onTrouble: (message: string) => void;
}

/** What goes on by itself: the queue's consumers and the schedules. */
export interface BackgroundWork {
  /**
   * Until `stop` the clock calls a function each second at least. Where the clock works the queue (`routerRuns: "every-minute"`)
   * nobody waits for its minute then; a function that no schedule names is left to what calls it else.
   */
  hurry(functionName: string): { stop(): void };
  /** Waits for the batches in work. */
  close(): Promise<void>;
}

const HURRIED_EVERY_MS = 1000;

export function startBackgroundWork(settings: BackgroundWorkSettings): BackgroundWork {
  const { deployment, functions, sqs, pollers, onTrouble } = settings;
  const eventSources = deployment.eventSources.map(({ queueArn, functionName, batchSize }) =>
    startEventSource({
      sqs,
      queueUrl: deployment.queueUrlsByArn.get(queueArn) ?? '',
      queueArn,
      batchSize,
      pollers,
      invoke: (event) => functions.byFunctionName(functionName).invoke(event),
      onTrouble,
    }),
  );
  const invoke = (arn: string, event: unknown) => functions.byArn(arn).invoke(event);
  const schedules = startSchedules(deployment.schedules, invoke);
  return {
    hurry(functionName) {
      const { arn } = functions.byName(functionName).resource;
      const its = deployment.schedules.filter(({ functionArn }) => functionArn === arn);
      return startSchedules(
        its.map((schedule) => ({ ...schedule, everyMs: HURRIED_EVERY_MS })),
        invoke,
      );
    },
    async close() {
      schedules.stop();
      await Promise.all(eventSources.map((source) => source.stop()));
    },
  };
}
