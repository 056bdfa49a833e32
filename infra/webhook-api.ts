import type { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  type ThrottleSettings,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, LogGroupClass, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { WEBHOOK_ROUTES } from '../lib/stage/schema.ts';
import { accept } from './security.ts';

/**
 * One JSON line a request, those included that never reach the receiver (throttled, too large, unknown route); CloudWatch
 * adds the time, and the receiver's own line tells method and duration, because each byte is paid for by the event. The usual
 * formats hold the query string, and with it the url-token; here is neither that nor a path, which can hold what it likes.
 */
const ACCESS_LOG_FIELDS = {
  requestId: '$context.requestId',
  sourceIp: '$context.identity.sourceIp',
  routeKey: '$context.routeKey',
  status: '$context.status',
  requestBytes: '$context.requestLength',
  latencyMs: '$context.responseLatency',
  integrationError: '$context.integrationErrorMessage',
  gatewayError: '$context.error.message',
} as const;

export interface WebhookApiProps {
  name: string;
  receiver: IFunction;
  throttling: { requestsPerSecond: number; burst: number };
  logRetention: RetentionDays;
  removalPolicy: RemovalPolicy;
}

/** The one door (contract §1). ANY, because the 405 and its `Allow` are the receiver's answer. */
export class WebhookApi extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, props: WebhookApiProps) {
    super(scope, id);
    const { name, receiver, throttling, logRetention, removalPolicy } = props;
    this.api = new HttpApi(this, 'Api', {
      apiName: name,
      description: 'CXone webhooks',
      createDefaultStage: false,
    });
    const log = new LogGroup(this, 'AccessLog', {
      // this prefix keeps the one resource policy that all log deliveries of an account share from growing too long
      logGroupName: `/aws/vendedlogs/${name}-access`,
      logGroupClass: LogGroupClass.INFREQUENT_ACCESS, // half the price, all of Logs Insights; nothing watches these lines
      retention: logRetention,
      removalPolicy,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: throttleOf(throttling),
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
      },
    });
    // one permission for all routes: all of them are the receiver's, and `/webhook`'s own would let `/cxone/webhook` in as well
    const integration = new HttpLambdaIntegration('Receiver', receiver, { scopePermissionToRoute: false });
    for (const path of WEBHOOK_ROUTES)
      for (const route of this.api.addRoutes({ path, methods: [HttpMethod.ANY], integration }))
        accept(
          route,
          'AwsSolutions-APIG4',
          'CXone cannot sign for IAM or a JWT: the receiver authenticates each request by HMAC, url-token or bearer before it reads the body, and fails closed.',
        );
  }
}

const throttleOf = ({ requestsPerSecond, burst }: WebhookApiProps['throttling']): ThrottleSettings => ({
  rateLimit: requestsPerSecond,
  burstLimit: burst,
});
