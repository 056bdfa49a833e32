import { CfnOutput } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import { stackName } from '../lib/stage/names.ts';
import type { AlarmDefinition } from './alarm-definition.ts';
import { alarmDefinitions } from './alarms-definitions.ts';
import { AlarmTopic } from './alarms-topic.ts';
import type { WatchedParts } from './watched-parts.ts';

/** Every alarm of a stage; each tells the one topic when it begins and when it is over. */
export class Alarms extends Construct {
  readonly all: Alarm[];

  constructor(scope: Construct, id: string, parts: WatchedParts) {
    super(scope, id);
    const { topic } = new AlarmTopic(this, 'Topic', parts.stage.name, parts.removalPolicy);
    const action = new SnsAction(topic);
    this.all = alarmDefinitions(parts).map((definition) => this.#alarm(definition, parts));
    for (const alarm of this.all) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
    new CfnOutput(scope, 'AlarmTopicArn', { value: topic.topicArn, description: 'Subscribe whoever is to be woken' });
  }

  #alarm(definition: AlarmDefinition, { stage }: WatchedParts): Alarm {
    const { name, meaning, metric, threshold, periods = 1, missing } = definition;
    return new Alarm(this, name, {
      alarmName: `${stackName(stage.name)}-${name}`,
      alarmDescription: `${meaning} What to do: ${stage.alarms.runbookUrl}#${name}`,
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods,
      datapointsToAlarm: definition.datapoints ?? periods,
      treatMissingData: missing,
    });
  }
}
