import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Stage } from '../lib/stage/stage.ts';

export type SecretPurpose = keyof Stage['secrets'];
/** Those that every stage has. */
type NamedPurpose = Exclude<SecretPurpose, 'schemaRegistry'>;

/** The stage's secrets, known by name alone: whoever runs the relay creates and rotates them; no value passes through here. */
export class Secrets extends Construct {
  readonly #names: Stage['secrets'];
  readonly #imported = new Map<SecretPurpose, ISecret>();

  constructor(scope: Construct, id: string, names: Stage['secrets']) {
    super(scope, id);
    this.#names = names;
  }

  nameOf(purpose: NamedPurpose): string {
    return this.#names[purpose];
  }

  /** Reading the value of exactly these, as far as the stage has them; nothing else (not even their description). */
  grantRead(grantee: IGrantable, purposes: readonly SecretPurpose[]): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['secretsmanager:GetSecretValue'],
        resources: purposes.flatMap((purpose) => {
          const name = this.#names[purpose];
          return name === null ? [] : [`${this.#import(purpose, name).secretArn}-??????`]; // Secrets Manager's own suffix
        }),
      }),
    );
  }

  #import(purpose: SecretPurpose, name: string): ISecret {
    const known = this.#imported.get(purpose);
    if (known) return known;
    const secret = Secret.fromSecretNameV2(this, purpose, name);
    this.#imported.set(purpose, secret);
    return secret;
  }
}
