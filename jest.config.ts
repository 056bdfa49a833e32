import type { Config } from 'jest';

/** `npm test` runs everything that needs no server; `npm run test:real` sets RELAY_TEST_REAL=1 and runs test/real alone. */
const real = process.env.RELAY_TEST_REAL === '1';

const config: Config = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  testMatch: real ? ['<rootDir>/test/real/**/*.test.ts'] : ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: real ? ['/node_modules/'] : ['/node_modules/', '<rootDir>/test/real/'],
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.local'],
  maxWorkers: 2,
  testTimeout: real ? 120_000 : 30_000,
};

export default config;
