import { describe, expect, it } from '@jest/globals';
import { generateAuthTokenFromCredentialsProvider } from 'aws-msk-iam-sasl-signer-js';
import { mskIamToken } from '../../../lib/routing/msk-iam-token.ts';

const parametersOf = (token: string) => {
  const url = new URL(Buffer.from(token, 'base64url').toString('utf8'));
  const parameters = Object.fromEntries(url.searchParams);
  const { 'User-Agent': agent, ...signed } = parameters;
  return { origin: url.origin, path: url.pathname, agent, signed };
};

const timeOf = (amzDate: string) =>
  Date.parse(amzDate.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'));

describe('token for MSK with IAM', () => {
  it.each([
    { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
    { accessKeyId: 'ASIDEXAMPLE', secretAccessKey: 'secret', sessionToken: "FwoGZXIvYXdzE/+=!*'() x" },
  ])('is the one that AWS’s own signer makes of the same credentials at the same time', async (credentials) => {
    const region = 'eu-central-1';
    const awsCredentialsProvider = async () => credentials;
    const { token } = await generateAuthTokenFromCredentialsProvider({ region, awsCredentialsProvider });
    const theirs = parametersOf(token);
    const ours = parametersOf(mskIamToken(region, credentials, timeOf(theirs.signed['X-Amz-Date'] ?? '')));
    expect(ours.signed).toEqual(theirs.signed);
    expect([ours.origin, ours.path]).toEqual([theirs.origin, theirs.path]);
    expect(ours.agent).toBe('cxone-relay');
  });
});
