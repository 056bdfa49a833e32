import { Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { stackName } from '../lib/stage/names.ts';

/**
 * Where alarms go. Encrypted with a key of the stage's own: AWS's `aws/sns` key lets no alarm in, and a topic without a key
 * is all that there would be besides. It costs a dollar a month.
 */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, stage: string, removalPolicy: RemovalPolicy) {
    super(scope, id);
    const key = new Key(this, 'Key', {
      description: `Alarms of ${stackName(stage)}`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(7),
      removalPolicy,
    });
    this.topic = new Topic(this, 'Topic', {
      topicName: `${stackName(stage)}-alarms`,
      masterKey: key,
      enforceSSL: true,
    });
    const alarmsOfThisAccount = {
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    };
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsMayEncrypt',
        ...alarmsOfThisAccount,
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'], // in a key's own policy: this key
      }),
    );
    // a topic with a policy of its own, as TLS needs one, loses the default one that let the account's alarms in
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsMayPublish',
        effect: Effect.ALLOW,
        ...alarmsOfThisAccount,
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
      }),
    );
  }
}
