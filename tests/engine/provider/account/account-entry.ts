import type { Values } from "../values.ts";

/** A resource in the account: one file. Tests may edit `inputs` (drift) or delete the file. */
export interface AccountEntry {
  readonly type: string;
  /** Pulumi's name of the resource, from its URN. */
  readonly logicalName: string;
  readonly urn: string;
  readonly account: string;
  /** "" for resources of IAM. */
  readonly region: string;
  readonly id: string;
  /** Identifies the resource among those of its type, account and Region. */
  readonly key: string;
  /** The settings of the resource, with its name and all tags. */
  readonly inputs: Values;
  /** Outputs that AWS makes: ARN, URL, ids. */
  readonly computed: Values;
  /** Inputs that the provider chose, such as the name. */
  readonly chosen?: readonly string[];
  /** Copies of a function's files in the account folder, by their name in the archive. */
  readonly code?: Readonly<Record<string, string>>;
}
