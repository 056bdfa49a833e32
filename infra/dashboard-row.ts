import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';

export interface Graph {
  title: string;
  left: IMetric[];
  /** On an axis of its own. */
  right?: IMetric[];
  stacked?: boolean;
}

export interface Row {
  /** Also a section of docs/runbook.md. */
  title: string;
  /** What the row shows, in a sentence. */
  shows: string;
  graphs: Graph[];
}
