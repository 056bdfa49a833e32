import { messageOf, RelayError } from '../../lib/platform/errors.ts';

/** What AWS's clients throw, by the name or the code that they give it. */
const EXPLANATIONS: readonly { names: RegExp; told: (said: string) => string }[] = [
  {
    names: /^(CredentialsProviderError|TokenProviderError)$/,
    told: () => 'no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  },
  {
    names: /^(UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|ExpiredToken|Expired)/,
    told: (said) => `AWS does not take these credentials (${said}): renew them, such as by "aws sso login"`,
  },
  {
    names: /^(AccessDenied|AuthorizationError|UnauthorizedOperation)/,
    told: (said) => `AWS refuses (${said}): the credentials lack this permission`,
  },
  {
    names: /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|TimeoutError)$/,
    told: (said) => `no connection (${said}): check that the relay runs, or the region (AWS_REGION) and the network`,
  },
  {
    names: /^(ResourceNotFound|QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue|ValidationError)/, // the last is CloudFormation's
    told: (said) => `there is no such stage here (${said}): check --stage and the region (AWS_REGION)`,
  },
];

/** One sentence for whoever typed the command: what went wrong, and what to do. Never a stack. */
export function failureText(error: unknown): string {
  if (!Error.isError(error)) return messageOf(error);
  const { name, message, code, cause } = error as Error & { code?: unknown };
  if (/region is missing/i.test(message)) return 'no AWS region: set AWS_REGION, such as us-east-1';
  const known = EXPLANATIONS.find(({ names }) => names.test(name) || (typeof code === 'string' && names.test(code)));
  if (known !== undefined) return known.told(message || String(code));
  if (cause === undefined) return message;
  return error instanceof RelayError ? `${message}: ${failureText(cause)}` : failureText(cause);
}
