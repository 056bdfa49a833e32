import { ensureQueue, ensureTable } from './provision.ts';
import type { Services } from './services.ts';
import type { Application } from './synthesise.ts';
import type { Physical } from './template/resolve.ts';
import {
  type EventSourceResource,
  eventSourceResources,
  type FunctionResource,
  functionResources,
  namedResources,
  queueResources,
  type RouteResource,
  routeResources,
  type ScheduleResource,
  scheduleResources,
  tableResources,
} from './template/resources.ts';

/** The template's resources as they exist on this machine. */
export interface Deployment {
  functions: FunctionResource[];
  routes: RouteResource[];
  schedules: ScheduleResource[];
  eventSources: EventSourceResource[];
  /** By name. */
  queueUrls: ReadonlyMap<string, string>;
  /** By ARN. */
  queueUrlsByArn: ReadonlyMap<string, string>;
}

/** Creates the queues and tables that are missing, and resolves everything that refers to them. */
export async function deploy(
  { template, assemblyDirectory }: Application,
  services: Services,
  apiUrl: string,
  functionPrefix: string,
): Promise<Deployment> {
  const physical: Map<string, Physical> = namedResources(template, apiUrl);
  const queueUrls = new Map<string, string>();
  const queueUrlsByArn = new Map<string, string>();
  for (const queue of queueResources(template, physical)) {
    const url = await ensureQueue(services.sqs, services.sqsEndpoint, queue);
    const attributes = physical.get(queue.id)?.attributes ?? {};
    physical.set(queue.id, { ref: url, attributes });
    queueUrls.set(queue.name, url);
    queueUrlsByArn.set(attributes.Arn ?? '', url);
  }
  await Promise.all(tableResources(template).map((table) => ensureTable(services.dynamo, table)));
  return {
    functions: functionResources(template, physical, assemblyDirectory, functionPrefix),
    routes: routeResources(template, physical),
    schedules: scheduleResources(template, physical),
    eventSources: eventSourceResources(template, physical),
    queueUrls,
    queueUrlsByArn,
  };
}
