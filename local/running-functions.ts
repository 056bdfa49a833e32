import { join } from 'node:path';
import { messageOf } from '../lib/platform/errors.ts';
import type { Deployment } from './deployment.ts';
import { type Endpoints, functionEnvironment } from './function-environment.ts';
import { createFunctionHost, type FunctionHost } from './lambda/function-host.ts';
import { type FunctionLogs, openFunctionLogs } from './lambda/function-log.ts';
import { FunctionError } from './lambda/sandbox.ts';
import { MetricCounters } from './metric-counters.ts';
import { OutcomeFeed } from './watch/outcome-feed.ts';

export interface RunningFunctions {
  readonly names: readonly string[];
  readonly counters: MetricCounters;
  readonly outcomes: OutcomeFeed;
  byName(name: string): FunctionHost;
  byFunctionName(functionName: string): FunctionHost;
  byArn(arn: string): FunctionHost;
  /** Loads the bundles of those named, so that a broken one ends the start instead of the first event. */
  warm(...names: string[]): Promise<void>;
  stop(withinMs: number): Promise<void>;
}

export interface RunningFunctionsSettings {
  deployment: Deployment;
  endpoints: Endpoints;
  logDirectory: string;
  /** Largest number of invocations at a time, by function; others: one. */
  maxSandboxes: Readonly<Record<string, number>>;
  /** Told of a function's failure, of the same one once. */
  onNotice: (line: string) => void;
}

/** The deployment's Lambdas with their logs and metrics. */
export function runFunctions(settings: RunningFunctionsSettings): RunningFunctions {
  const { deployment, endpoints, logDirectory, maxSandboxes, onNotice } = settings;
  const logs: FunctionLogs = openFunctionLogs(logDirectory);
  const counters = new MetricCounters();
  const outcomes = new OutcomeFeed();
  const told = new Set<string>();
  const hosts = deployment.functions.map((resource) =>
    createFunctionHost({
      resource,
      environment: functionEnvironment(resource, endpoints),
      maxSandboxes: maxSandboxes[resource.name] ?? 1,
      onLine(line) {
        counters.read(line);
        outcomes.read(line);
        logs.write(resource.name, line);
      },
      onFailure(message) {
        logs.write(resource.name, JSON.stringify({ level: 'ERROR', message: `${resource.name} failed: ${message}` }));
        const notice = `${resource.name} failed: ${message} (more in ${join(logDirectory, resource.name)}.ndjson)`;
        if (!told.has(notice)) onNotice(notice);
        told.add(notice);
      },
    }),
  );
  const find = (what: string, matches: (host: FunctionHost) => boolean): FunctionHost => {
    const host = hosts.find(matches);
    if (host === undefined) throw new FunctionError('ResourceNotFoundException', `there is no function ${what}`);
    return host;
  };
  const byName = (name: string) => find(name, ({ resource }) => resource.name === name);
  return {
    names: hosts.map(({ resource }) => resource.name),
    counters,
    outcomes,
    byName,
    byFunctionName: (functionName) => find(functionName, ({ resource }) => resource.functionName === functionName),
    byArn: (arn) => find(arn, ({ resource }) => resource.arn === arn),
    async warm(...names) {
      await Promise.all(names.map((name) => warmOne(byName(name))));
    },
    async stop(withinMs) {
      await Promise.all(hosts.map((host) => host.stop(withinMs)));
      await logs.close();
    },
  };
}

async function warmOne(host: FunctionHost): Promise<void> {
  try {
    await host.warm();
  } catch (cause) {
    throw new Error(`${host.resource.name} does not start: ${messageOf(cause)}`, { cause });
  }
}
