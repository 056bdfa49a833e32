import { AUDIT_STREAMS, auditStreams } from '../../lib/audit/streams.ts';
import type { Target } from '../shared/target.ts';
import { UsageError } from '../shared/usage-error.ts';

/**
 * The one that was named, or all there are. A known stream is looked at even if it is empty: that may be just what is wrong
 * with it. @throws UsageError for a stream that does not exist
 */
export async function wantedStreams(
  { dynamo, tableOf }: Pick<Target, 'dynamo' | 'tableOf'>,
  wanted: string | undefined,
): Promise<readonly string[]> {
  if (AUDIT_STREAMS.some((stream) => stream === wanted)) return [wanted as string];
  const streams = await auditStreams(dynamo, tableOf('Control'));
  if (wanted === undefined) return streams;
  if (!streams.includes(wanted)) throw new UsageError(`--stream: there is no "${wanted}", but ${streams.join(', ')}`);
  return [wanted];
}
