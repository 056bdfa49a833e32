/** A documented command that a test cannot simply run, and what makes sure of it instead. */
export interface NotRunHere {
  commands: RegExp;
  why: string;
  /** Test or workflow, from the project's root. */
  checkedBy: string;
}

export const NOT_RUN_HERE: readonly NotRunHere[] = [
  {
    commands: /^(npm ci && )?npm (start|run demo)$/,
    why: 'the relay of this suite is started by it; npm ci would take away the packages it runs on',
    checkedBy: 'test/e2e/start-and-stop.test.ts',
  },
  {
    commands: /^aws secretsmanager create-secret /,
    why: 'needs an AWS account',
    checkedBy: 'test/docs/configuration.test.ts',
  },
  {
    commands: /^aws sns subscribe --topic-arn <AlarmTopicArn> /,
    why: 'needs an AWS account; the output that it takes is in the template',
    checkedBy: 'test/infra/alarms.test.ts',
  },
  {
    commands: /^stack=cxone-relay-/,
    why: 'needs an AWS account, and a deployment that failed in it; the tables that it names are those of the stack',
    checkedBy: 'test/infra/stack.test.ts',
  },
  {
    commands: /^npx cdk (deploy|bootstrap)( -c stage=\S+)?$/,
    why: 'needs an AWS account; the app and its context are synthesised through the same command line',
    checkedBy: 'test/infra/app.test.ts',
  },
  {
    commands: /^npm run synth -- --stage \S+$/,
    why: 'takes a minute, most of it for rules of CloudFormation; continuous integration runs it for each stage',
    checkedBy: '.github/workflows/check.yml',
  },
  {
    commands: /^node (local\/configuration-reference|infra\/metrics-reference)\.ts$/,
    why: 'rewrites a page of this tree; what it would write is compared with the page',
    checkedBy: 'test/docs/configuration.test.ts',
  },
  {
    commands: /^npm (test|run (check|check:imports|test:real|bench))$/,
    why: 'is, or takes as long as, the whole of the tests; continuous integration runs it',
    checkedBy: '.github/workflows/check.yml',
  },
  {
    commands: /^npx relay soak /,
    why: 'takes as many minutes as it says; its options are held against its help',
    checkedBy: 'test/e2e/documented-commands.test.ts',
  },
];
