import { type HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { accept } from './security.ts';

/** `GET /metrics`, at the same address as the webhooks. */
export function addMetricsRoute(api: HttpApi, endpoint: IFunction): void {
  const integration = new HttpLambdaIntegration('Metrics', endpoint);
  for (const route of api.addRoutes({ path: '/metrics', methods: [HttpMethod.GET], integration }))
    accept(
      route,
      'AwsSolutions-APIG4',
      'Prometheus can sign for neither IAM nor a JWT: the function compares a bearer token before it reads anything, and fails closed.',
    );
}
