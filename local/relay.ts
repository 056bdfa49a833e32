import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Environment } from '../lib/platform/environment.ts';
import { stackName } from '../lib/stage/names.ts';
import { WEBHOOK_ROUTES } from '../lib/stage/schema.ts';
import type { Stage } from '../lib/stage/stage.ts';
import { type BackgroundWork, startBackgroundWork } from './background-work.ts';
import { Closers } from './closers.ts';
import { type Deployment, deploy } from './deployment.ts';
import { drainQueue } from './drain-queue.ts';
import { effectiveStage } from './effective-stage.ts';
import { answerAdmin } from './gateway/admin.ts';
import { createGateway, type GatewaySettings } from './gateway/gateway.ts';
import { listenForEvents } from './gateway/listen.ts';
import { type NamedEndpoints, namedEndpoints } from './named-endpoints.ts';
import { createPanel, type PanelSettings } from './panel/panel.ts';
import { type RunningFunctions, runFunctions } from './running-functions.ts';
import { scheduledEvent } from './schedules.ts';
import { type Services, startSecrets, startServices } from './services.ts';
import { type LocalSettings, readLocalSettings } from './settings.ts';
import { startCxoneSimulator } from './simulator/server.ts';
import { type RelayState, readRelayState } from './state/relay-state.ts';
import { synthesise } from './synthesise.ts';

/** A relay on this machine, taking events. */
export interface LocalRelay {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly settings: LocalSettings;
  /** The stage file with what the settings say of this machine. */
  readonly stage: Stage;
  /** Where each topic is a file; null: topics are Kafka's. */
  readonly topicLogDirectory: string | null;
  state(): Promise<RelayState>;
  /** Runs a function now and answers its result. @throws FunctionError */
  invoke(functionName: string, event?: unknown): Promise<unknown>;
  /** Until `stop` the queue is worked each second where it is else worked once a minute; otherwise it changes nothing. */
  hurry(): { stop(): void };
  /** Takes no more events, works off what an embedded queue holds (4 s at most), ends everything. Within 10 s. */
  stop(): Promise<void>;
}

export interface LocalRelayOptions {
  /** The settings of design §10, as variables. */
  environment: Environment;
  /** Told what a user should know while the relay runs. */
  onNotice: (line: string) => void;
}

const PROJECT_DIRECTORY = resolve(import.meta.dirname, '..');
const RECEIVER = 'webhook-receiver';
const ROUTER = 'dedup-router';
const RECEIVERS = 4;
/** The files of the topic log have one writer. Kafka takes several: what the stage file says, or two, which show what several routers do. */
const TOPIC_LOG_ROUTERS = 1;
const KAFKA_ROUTERS = 2;
const FINISH_MS = 2000;
const DRAIN_MS = 4000;

/**
 * Starts everything of design §10: the deployable bundles in sandboxes, on queues and tables made from the synthesised
 * template. What is embedded lies in memory and is gone with the relay; topic logs and logs stay in the data directory.
 * @throws ConfigError naming the setting to change; whatever was started by then has been closed.
 */
export async function startLocalRelay({ environment, onNotice }: LocalRelayOptions): Promise<LocalRelay> {
  const closers = new Closers();
  try {
    return await start(readLocalSettings(environment, PROJECT_DIRECTORY), closers, onNotice);
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function start(settings: LocalSettings, closers: Closers, onNotice: (line: string) => void): Promise<LocalRelay> {
  let door: GatewaySettings | undefined; // until everything stands, the gateway answers 503
  const gateway = createGateway(() => door);
  const { url, close: closeGateway } = await closers.started(listenForEvents(gateway, settings.port));
  const cxone = settings.cxone ?? (await startSimulatedCxone(closers));
  const stage = effectiveStage(settings, cxone.baseUrl);
  const application = synthesise(stage, emptied(join(settings.dataDirectory, 'cdk.out')));
  const services = await closers.started(startServices(settings));
  const secretValues = { ...settings, redis: services.redis, cxone };
  const secrets = await closers.started(startSecrets(stage, secretValues));
  const deployment = await deploy(application, services, url, `${stackName(stage.name)}-`);

  const topicLogDirectory = settings.kafkaBrokers === null ? join(settings.dataDirectory, 'topics') : null;
  const routers = topicLogDirectory === null ? (stage.routerConcurrency ?? KAFKA_ROUTERS) : TOPIC_LOG_ROUTERS;
  const { sqsEndpoint: sqs, dynamoEndpoint: dynamo } = services;
  const functions = runFunctions({
    deployment,
    endpoints: { sqs, dynamo, secretsManager: secrets.url, topicLogDirectory },
    logDirectory: join(settings.dataDirectory, 'logs'),
    maxSandboxes: { [RECEIVER]: RECEIVERS, [ROUTER]: routers },
    onNotice,
  });
  closers.add(() => functions.stop(FINISH_MS));
  await functions.warm(RECEIVER, ROUTER);
  const work = startBackgroundWork({
    deployment,
    functions,
    sqs: services.sqs,
    pollers: routers,
    onTrouble: onNotice,
  });
  // side by side: a batch that hangs ends with its sandbox
  closers.add(async () => void (await Promise.all([work.close(), functions.stop(FINISH_MS)])));
  const endpoints = namedEndpoints(stage, services, secrets.url, deployment);
  const panelSettings = { url, webhookSecret: settings.webhookSecret, topicLogDirectory, stage };
  const controls = controlsOf(endpoints, services, deployment, functions, panelSettings);
  door = controls.door;
  const stop = async () => {
    controls.closePanel();
    await closeGateway();
    if (settings.sqsEndpoint === null) await drain(services, endpoints.queues.events, work, onNotice);
    await closers.closeAll();
  };
  const { state, invoke } = controls;
  return { url, settings, stage, topicLogDirectory, state, invoke, hurry: () => work.hurry(ROUTER), stop };
}

async function startSimulatedCxone(closers: Closers): Promise<NonNullable<LocalSettings['cxone']>> {
  const { simulator, url } = await closers.started(startCxoneSimulator());
  const { clientId, clientSecret } = simulator.state.options;
  return { baseUrl: url, clientId, clientSecret };
}

function emptied(directory: string): string {
  rmSync(directory, { recursive: true, force: true });
  return directory;
}

interface Controls extends Pick<LocalRelay, 'state' | 'invoke'> {
  door: GatewaySettings;
  closePanel(): void;
}

function controlsOf(
  endpoints: NamedEndpoints,
  services: Services,
  deployment: Deployment,
  functions: RunningFunctions,
  panelSettings: Pick<PanelSettings, 'url' | 'webhookSecret' | 'topicLogDirectory' | 'stage'>,
): Controls {
  let received = 0;
  const sources = {
    ...services,
    stage: endpoints.stage,
    counters: functions.counters,
    received: () => received,
    queueDuplicates: () => functions.outcomes.totals.byKind['queue-duplicate'],
    queueUrlOf: (name: string) => deployment.queueUrls.get(name) ?? '',
  };
  const state = () => readRelayState(sources);
  const invoke = (name: string, event: unknown = scheduledEvent('by-hand')) => functions.byName(name).invoke(event);
  const { counters, outcomes } = functions;
  const panel = createPanel({ ...panelSettings, endpoints, services, counters, outcomes, state });
  const kill = (name: string) => functions.byName(name).kill();
  const actions = { state, endpoints, functionNames: functions.names, invoke, kill, panel };
  const door: GatewaySettings = {
    routes: deployment.routes,
    invoke: (arn, event) => functions.byArn(arn).invoke(event),
    onRequest: ({ path }) => {
      if (WEBHOOK_ROUTES.some((route) => route === path)) received++;
    },
    admin: (request, path, body, response) => answerAdmin(request, path, body, response, actions),
  };
  return { state, invoke, door, closePanel: panel.close };
}

/** An embedded queue ends with the relay: what it has accepted is routed first. */
async function drain(
  { sqs }: Services,
  eventsUrl: string,
  work: BackgroundWork,
  onNotice: (line: string) => void,
): Promise<void> {
  const hurried = work.hurry(ROUTER);
  const left = await drainQueue(sqs, eventsUrl, DRAIN_MS).finally(hurried.stop);
  if (left > 0) onNotice(`${left} accepted events were not routed; the embedded queue ends with the relay`);
}
