import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { Unit as MetricUnit } from 'aws-cdk-lib/aws-cloudwatch';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  CfnFunction,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, LogGroup, MetricFilter, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { filterPatternOf, lineMetricsOf } from '../lib/platform/line-metrics.ts';
import type { Unit } from '../lib/platform/metric-catalogue.ts';
import { METRICS_NAMESPACE } from '../lib/platform/metrics.ts';
import { type FunctionName, functionName } from '../lib/stage/names.ts';
import type { Stage } from '../lib/stage/stage.ts';
import { accept } from './security.ts';

const VPC_POLICY = 'service-role/AWSLambdaVPCAccessExecutionRole';

const UNITS: Record<Unit, MetricUnit> = {
  Count: MetricUnit.COUNT,
  Milliseconds: MetricUnit.MILLISECONDS,
  Seconds: MetricUnit.SECONDS,
  Percent: MetricUnit.PERCENT,
};

/** What all functions of a stage share. */
export interface FunctionContext {
  stage: Stage;
  timeoutSeconds: Record<FunctionName, number>;
  codeOf: (name: FunctionName) => Code;
  logRetention: RetentionDays;
  removalPolicy: RemovalPolicy;
}

export interface RelayFunctionProps<E> {
  name: FunctionName;
  description: string;
  /** Typed by the function's own config.ts, so that a forgotten variable does not compile. */
  environment: E;
  /** CPU comes with memory: 1,769 MB is one core. */
  memoryMiB: number;
  vpc?: Stage['vpc'];
  /** Kinds of Node's own warnings that would stand in the log without telling an operator anything. */
  quietWarnings?: readonly string[];
}

/**
 * One Lambda with its own role and log group. The role starts with nothing but writing to that group; each function's
 * construct adds the exact actions it needs. No retries by Lambda itself: queue and schedules have their own.
 */
export class RelayFunction<E extends Record<string, string | undefined>> extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, context: FunctionContext, props: RelayFunctionProps<E>) {
    super(scope, id);
    const name = functionName(context.stage.name, props.name);
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${name}`,
      retention: context.logRetention,
      removalPolicy: context.removalPolicy,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.role);
    this.#count(props.name, logGroup);
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName: name,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: context.codeOf(props.name),
      memorySize: props.memoryMiB,
      timeout: Duration.seconds(context.timeoutSeconds[props.name]),
      environment: {
        ...definedOnly(props.environment),
        POWERTOOLS_SERVICE_NAME: props.name,
        POWERTOOLS_LOG_LEVEL: 'INFO',
        ...(props.quietWarnings && { NODE_OPTIONS: props.quietWarnings.map(disabled).join(' ') }),
      },
      role: this.role,
      logGroup,
      // START, END and REPORT of each good invocation cost more than the receiver's own line, and metrics tell the same;
      // those of a time-out or crash are warnings, and stay
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
    });
    if (props.vpc) this.#attach(props.vpc);
  }

  allow(actions: string[], resources: string[]): void {
    this.role.addToPolicy(new PolicyStatement({ actions, resources }));
  }

  /** Metrics that the log lines hold already; under the dimensions that EMF gives the others. */
  #count(service: FunctionName, logGroup: LogGroup): void {
    for (const { name, line, unit } of lineMetricsOf(service))
      new MetricFilter(this, name, {
        logGroup,
        filterPattern: FilterPattern.literal(filterPatternOf(line)),
        metricNamespace: METRICS_NAMESPACE,
        metricName: name,
        metricValue: line.value === undefined ? '1' : `$.${line.value}`,
        unit: UNITS[unit],
        dimensions: { service: '$.service', stage: '$.stage' },
      });
  }

  /** By ids alone, without a look-up, so that synth stays offline. */
  #attach({ subnetIds, securityGroupIds }: NonNullable<Stage['vpc']>): void {
    this.role.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName(VPC_POLICY));
    accept(
      this.role,
      'AwsSolutions-IAM4',
      "AWS's own list of what a function in a network needs: network interfaces cannot be named before they exist, and the list follows Lambda.",
      [`Policy::arn:<AWS::Partition>:iam::aws:policy/${VPC_POLICY}`],
    );
    const resource = this.lambda.node.defaultChild;
    if (resource instanceof CfnFunction) resource.vpcConfig = { subnetIds, securityGroupIds };
  }
}

const disabled = (warning: string) => `--disable-warning=${warning}`;

function definedOnly(environment: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
