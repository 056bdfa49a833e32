import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { failureText } from '../../../cli/shared/failure.ts';
import { ConfigError, UnavailableError } from '../../../lib/platform/errors.ts';

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

function refusedConnection(): Promise<Error> {
  return new Promise((resolve) => connect(9, '127.0.0.1').on('error', resolve));
}

describe('what went wrong is told in a sentence', () => {
  it.each([
    ['CredentialsProviderError', 'Could not load credentials', /^no AWS credentials: set AWS_PROFILE, or/],
    ['ExpiredTokenException', 'The security token is expired', /credentials \(The security token is expired\): renew/],
    ['UnrecognizedClientException', 'invalid token', /^AWS does not take these credentials/],
    ['AccessDeniedException', 'not authorized to perform: x', /not authorized to perform: x\): the credentials lack/],
    ['ResourceNotFoundException', 'Requested resource not found', /no such stage here .*check --stage and the region/],
    ['QueueDoesNotExist', 'no queue', /no such stage here/],
    ['Error', 'Region is missing', /^no AWS region: set AWS_REGION/],
    ['Error', 'something else', /^something else$/],
  ])('%s', (name, message, told) => {
    expect(failureText(named(name, message))).toMatch(told);
  });

  it('a neighbour that does not answer', async () => {
    const refused = await refusedConnection();
    const told = /^no connection \(connect ECONNREFUSED 127\.0\.0\.1:9\): check that the relay runs/;
    expect(failureText(refused)).toMatch(told);
    expect(failureText(new TypeError('fetch failed', { cause: refused }))).toMatch(told);
  });

  it('the relay’s own words come first, with what is behind them', () => {
    const cause = named('CredentialsProviderError', 'none');
    expect(failureText(new UnavailableError('secret-unavailable', 'secret x could not be read', cause))).toMatch(
      /^secret x could not be read: no AWS credentials/,
    );
    expect(failureText(new ConfigError('stage', 'cannot read x.json'))).toBe('stage: cannot read x.json');
    expect(failureText('a text')).toBe('a text');
  });
});
