/** One resource of the captured Pulumi program, as registered with the mocks. */
export interface CapturedResource {
  /** Pulumi type token, such as `aws:sqs/queue:Queue`. */
  readonly type: string;
  /** Logical name. Names of children start with the component's name. */
  readonly name: string;
  /** Resolved inputs: outputs awaited, secrets unwrapped, assets as paths. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The id that the provider would return: for a queue its URL, for a role its name. */
  readonly id: string;
  /** The ARN, or "" if the type has none. */
  readonly arn: string;
  /** "" for IAM, which has no Regions. */
  readonly region: string;
}
