import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Environment } from '../lib/platform/environment.ts';
import { eventsQueueName, stackName } from '../lib/stage/names.ts';
import { Closers } from './closers.ts';
import { type Deployment, deploy } from './deployment.ts';
import { drainQueue } from './drain-queue.ts';
import { effectiveStage } from './effective-stage.ts';
import { startEventSource } from './event-source.ts';
import { answerAdmin } from './gateway/admin.ts';
import { createGateway, type GatewaySettings } from './gateway/gateway.ts';
import { listenForEvents } from './gateway/listen.ts';
import { type RunningFunctions, runFunctions } from './running-functions.ts';
import { scheduledEvent, startSchedules } from './schedules.ts';
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
  /** Where each topic is a file; null: topics are Kafka's. */
  readonly topicLogDirectory: string | null;
  state(): Promise<RelayState>;
  /** Runs a function now and answers its result. @throws FunctionError */
  invoke(functionName: string, event?: unknown): Promise<unknown>;
  /** Ends what a function is doing, as a crash would; its next invocation starts anew. */
  kill(functionName: string): Promise<void>;
  /** Takes no more events, works off what an embedded queue holds (5 s at most), ends everything. Within 10 s. */
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
/** The files of the topic log have one writer. Kafka takes several; two show what several routers do. */
const ROUTERS = { topicLog: 1, kafka: 2 };
const RECEIVERS = 4;

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
  let gatewaySettings: GatewaySettings | undefined;
  const gateway = await listenForEvents(
    createGateway(() => gatewaySettings),
    settings.port,
  );
  closers.add(() => gateway.close());
  const cxone = settings.cxone ?? (await startSimulatedCxone(closers));
  const stage = effectiveStage(settings, cxone.baseUrl);

  const assemblyDirectory = join(settings.dataDirectory, 'cdk.out');
  rmSync(assemblyDirectory, { recursive: true, force: true });
  const application = synthesise(stage, assemblyDirectory);
  const services = await startServices(settings);
  closers.add(() => services.close());
  const secrets = await startSecrets(stage, { redis: services.redis, cxone, webhookSecret: settings.webhookSecret });
  closers.add(() => secrets.close());
  const deployment = await deploy(application, services, gateway.url, `${stackName(stage.name)}-`);

  const topicLogDirectory = settings.kafkaBrokers === null ? join(settings.dataDirectory, 'topics') : null;
  const routers = topicLogDirectory === null ? ROUTERS.kafka : ROUTERS.topicLog;
  const functions = runFunctions({
    deployment,
    endpoints: {
      sqs: services.sqsEndpoint,
      dynamo: services.dynamoEndpoint,
      secretsManager: secrets.url,
      topicLogDirectory,
    },
    logDirectory: join(settings.dataDirectory, 'logs'),
    maxSandboxes: { [RECEIVER]: RECEIVERS, [ROUTER]: routers },
  });
  closers.add(() => functions.stop(2000));
  await functions.warm(RECEIVER, ROUTER);

  const work = startWork(deployment, functions, services, routers, onNotice);
  closers.add(() => work.stop());
  let received = 0;
  const queueUrlOf = (name: string) => deployment.queueUrls.get(name) ?? '';
  const state = () =>
    readRelayState({
      ...services,
      stage: stage.name,
      counters: functions.counters,
      received: () => received,
      queueUrlOf,
    });
  const invoke = (name: string, event?: unknown) => functions.byName(name).invoke(event ?? scheduledEvent('by-hand'));
  gatewaySettings = {
    routes: deployment.routes,
    invoke: (arn, event) => functions.byArn(arn).invoke(event),
    onRequest: () => received++,
    admin: (request, path, body, response) =>
      answerAdmin(request, path, body, response, { state, functionNames: functions.names, invoke }),
  };
  return {
    url: gateway.url,
    settings,
    topicLogDirectory,
    state,
    invoke,
    kill: (name) => functions.byName(name).kill(),
    async stop() {
      await gateway.close();
      if (settings.sqsEndpoint === null) {
        const left = await drainQueue(services.sqs, queueUrlOf(eventsQueueName(stage.name)), 5000);
        if (left > 0) onNotice(`${left} accepted events were not routed yet; the embedded queue ends with the relay`);
      }
      await closers.closeAll();
    },
  };
}

async function startSimulatedCxone(closers: Closers): Promise<NonNullable<LocalSettings['cxone']>> {
  const { simulator, url, close } = await startCxoneSimulator();
  closers.add(close);
  const { clientId, clientSecret } = simulator.state.options;
  return { baseUrl: url, clientId, clientSecret };
}

/** What goes on by itself: the queue's consumers and the schedules. */
function startWork(
  deployment: Deployment,
  functions: RunningFunctions,
  { sqs }: Services,
  routers: number,
  onNotice: (line: string) => void,
): { stop(): Promise<void> } {
  const eventSources = deployment.eventSources.map(({ queueArn, functionName, batchSize }) =>
    startEventSource({
      sqs,
      queueUrl: deployment.queueUrlsByArn.get(queueArn) ?? '',
      queueArn,
      batchSize,
      pollers: routers,
      invoke: (event) => functions.byFunctionName(functionName).invoke(event),
      onTrouble: onNotice,
    }),
  );
  const schedules = startSchedules(deployment.schedules, (arn, event) => functions.byArn(arn).invoke(event));
  return {
    async stop() {
      schedules.stop();
      await Promise.all(eventSources.map((source) => source.stop()));
    },
  };
}
