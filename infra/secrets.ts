import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Stage } from '../lib/stage/stage.ts';

export type SecretPurpose = keyof Stage['secrets'];

/** The stage's secrets, known by name alone: whoever runs the relay creates and rotates them; no value passes through here. */
export class Secrets extends Construct {
  readonly #names: Stage['secrets'];
  readonly #imported = new Map<SecretPurpose, ISecret>();

  constructor(scope: Construct, id: string, names: Stage['secrets']) {
    super(scope, id);
    this.#names = names;
  }

  nameOf(purpose: SecretPurpose): string {
    return this.#names[purpose];
  }

  /** Reading the value of exactly these, nothing else (not even their description). */
  grantRead(grantee: IGrantable, purposes: readonly SecretPurpose[]): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['secretsmanager:GetSecretValue'],
        resources: purposes.map((purpose) => `${this.#import(purpose).secretArn}-??????`), // Secrets Manager's own suffix
      }),
    );
  }

  #import(purpose: SecretPurpose): ISecret {
    const known = this.#imported.get(purpose);
    if (known) return known;
    const secret = Secret.fromSecretNameV2(this, purpose, this.#names[purpose]);
    this.#imported.set(purpose, secret);
    return secret;
  }
}
