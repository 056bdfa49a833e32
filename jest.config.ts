import type { Config } from 'jest';

/**
 * `npm test` runs everything that needs no server; `npm run test:real` sets RELAY_TEST_REAL=1 and runs test/real, and once more
 * the tests that lie on DynamoDB and SQS: there on DynamoDB Local and ElasticMQ, as second opinions to the emulators that
 * `npm test` embeds.
 */
const real = process.env.RELAY_TEST_REAL === '1';

const SECOND_OPINIONS = [
  'unit/audit/audit-store',
  'unit/cxone/token-store',
  'unit/dnc/queue',
  'unit/platform/lease',
  'unit/routing/interaction-state',
  'integration/cli/audit',
  'integration/cli/dlq',
  'integration/cxone/shared-token',
  'integration/dedup/dynamo-stores',
  'integration/dedup-router/real-parts',
  'integration/dnc/dnc-tables',
  'integration/dnc/real-tables',
  'integration/telemetry/control-items',
  'integration/dnc/requeue',
].map((name) => `<rootDir>/test/${name}.test.ts`);

const config: Config = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  testMatch: real ? ['<rootDir>/test/real/**/*.test.ts', ...SECOND_OPINIONS] : ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: real ? ['/node_modules/'] : ['/node_modules/', '<rootDir>/test/real/'],
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.local'],
  maxWorkers: 2,
  testTimeout: real ? 120_000 : 30_000,
};

export default config;
