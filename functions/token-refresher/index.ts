import middy from '@middy/core';
import { baseUrlOf } from '../../lib/cxone/settings.ts';
import { createTokenSource, REFRESHER_OPTIONS } from '../../lib/cxone/token-source.ts';
import { readEnvironment } from '../../lib/platform/environment.ts';
import { readBundledStage } from '../../lib/stage/bundled.ts';
import { createCxoneCaller } from '../../lib/wiring/cxone-caller.ts';
import { environmentSchema } from './config.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(environmentSchema, process.env);
const stage = readBundledStage(import.meta.url);
baseUrlOf(stage.cxone); // fails the cold start, naming the setting, when nobody has set it

const { cxone, clock, log, metrics, writeNumbers } = createCxoneCaller({
  service: 'token-refresher',
  stage,
  environment,
  dynamoAttempts: 3,
});

export const handler = middy()
  .use(writeNumbers)
  .handler(createHandler({ createTokens: () => createTokenSource(cxone, REFRESHER_OPTIONS), clock, log, metrics }));
