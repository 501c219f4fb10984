/** One resource of the captured Pulumi program, as the mocked deployment registered it. */
export interface CapturedResource {
  /** Pulumi type token, such as `aws:sqs/queue:Queue`. */
  readonly type: string;
  /** Logical name; children of a component start with the component's name. */
  readonly name: string;
  /** Resolved inputs: outputs awaited, secrets unwrapped, assets as paths. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What the provider would return as id (for a queue its URL, for a role its name). */
  readonly id: string;
  /** The ARN, where the type has one; "" otherwise. */
  readonly arn: string;
  readonly region: string;
}
