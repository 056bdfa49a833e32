import type { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export interface ScheduledFunction {
  lambda: Lambda;
  every: Duration;
}

/**
 * Ticks. A tick that could not be delivered within its age is dropped and a failed run is not repeated: the next tick does
 * the work. Both EventBridge's delivery and Lambda's own asynchronous retries (two, for hours, by default) are told so.
 */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, maxEventAge: Duration, functions: Record<string, ScheduledFunction>) {
    super(scope, id);
    for (const [name, { lambda, every }] of Object.entries(functions)) {
      lambda.configureAsyncInvoke({ maxEventAge, retryAttempts: 0 });
      new Rule(this, name, {
        schedule: Schedule.rate(every),
        targets: [new LambdaFunction(lambda, { maxEventAge, retryAttempts: 0 })],
      });
    }
  }
}
