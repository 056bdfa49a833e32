import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { WEBHOOK_ROUTES } from '../lib/stage/schema.ts';

/**
 * The one door (contract §1). ANY, because the 405 and its `Allow` are the receiver's answer. No access log: its usual
 * formats hold the query string, and with it the url-token; the receiver writes one line a request.
 */
export class WebhookApi extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, name: string, receiver: IFunction) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', { apiName: name, description: 'CXone webhooks' });
    const integration = new HttpLambdaIntegration('Receiver', receiver);
    for (const path of WEBHOOK_ROUTES) this.api.addRoutes({ path, methods: [HttpMethod.ANY], integration });
  }
}
