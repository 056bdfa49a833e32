import { createHash, createHmac } from 'node:crypto';

export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

const EXPIRES_SECONDS = 900;
const SERVICE = 'kafka-cluster';

/**
 * SASL/OAUTHBEARER token for MSK's IAM access control: a presigned (SigV4) `kafka-cluster:Connect`, base64url. Valid for 15
 * minutes, used once a connection. Written out here since AWS's own signer for JavaScript brings an STS client and every
 * credential provider along: 400 KB in a bundle of at most 900.
 */
export function mskIamToken(region: string, credentials: AwsCredentials, nowMs: number): string {
  const host = `kafka.${region}.amazonaws.com`;
  const time = `${new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  const date = time.slice(0, 8);
  const scope = `${date}/${region}/${SERVICE}/aws4_request`;
  const query = canonicalQuery({
    Action: 'kafka-cluster:Connect',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${credentials.accessKeyId}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(EXPIRES_SECONDS),
    ...(credentials.sessionToken === undefined ? {} : { 'X-Amz-Security-Token': credentials.sessionToken }),
    'X-Amz-SignedHeaders': 'host',
  });
  const request = ['GET', '/', query, `host:${host}\n`, 'host', sha256Hex('')].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256Hex(request)].join('\n');
  const key = [date, region, SERVICE, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => hmac(secret, part),
    `AWS4${credentials.secretAccessKey}`,
  );
  const signature = hmac(key, toSign).toString('hex');
  // the agent is not part of what is signed; MSK expects one
  const url = `https://${host}/?${query}&X-Amz-Signature=${signature}&User-Agent=cxone-relay`;
  return Buffer.from(url, 'utf8').toString('base64url');
}

/** Sorted by name, RFC 3986 encoded. */
function canonicalQuery(parameters: Record<string, string>): string {
  return Object.entries(parameters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
