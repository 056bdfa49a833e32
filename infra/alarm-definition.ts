import { type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';

/** Rings when `datapoints` of the last `periods` reach the threshold. */
export interface AlarmDefinition {
  /** Also the name of its section in docs/runbook.md. */
  name: string;
  /** One sentence for whoever is woken. */
  meaning: string;
  metric: IMetric;
  threshold: number;
  /** Default 1. */
  periods?: number;
  /** Default: all of them. */
  datapoints?: number;
  missing: TreatMissingData;
}

/** Nothing happened, or nothing bad: metrics of events, and SQS's, which end six hours after a queue was last used. */
export const SILENCE_IS_GOOD = TreatMissingData.NOT_BREACHING;
/** A function that runs by the clock reports at every run: silence means that it does not run, or dies before its end. */
export const SILENCE_IS_BAD = TreatMissingData.BREACHING;
