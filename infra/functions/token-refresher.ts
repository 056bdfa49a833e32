import type { Construct } from 'constructs';
import type { TokenRefresherEnvironment } from '../../functions/token-refresher/config.ts';
import { allowCounting } from '../control-items.ts';
import { type FunctionContext, RelayFunction } from '../relay-function.ts';
import type { Secrets } from '../secrets.ts';
import type { Tables } from '../tables.ts';

export interface RefresherParts {
  tables: Tables;
  secrets: Secrets;
}

/** Renews the CXone token before anyone needs it. */
export function tokenRefresher(
  scope: Construct,
  context: FunctionContext,
  { tables, secrets }: RefresherParts,
): RelayFunction<TokenRefresherEnvironment> {
  const { Tokens, Control } = tables.byName;
  const refresher = new RelayFunction<TokenRefresherEnvironment>(scope, 'TokenRefresher', context, {
    name: 'token-refresher',
    description: 'Renews the CXone access token ahead of its end',
    environment: {
      TOKENS_TABLE: Tokens.tableName,
      CXONE_SECRET_NAME: secrets.nameOf('cxone'),
      CONTROL_TABLE: context.stage.telemetry.counters ? Control.tableName : undefined,
    },
    memoryMiB: 256, // one HTTP request
  });
  refresher.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [Tokens.tableArn]);
  if (context.stage.telemetry.counters) allowCounting(refresher, Control);
  secrets.grantRead(refresher.role, ['cxone']);
  return refresher;
}
