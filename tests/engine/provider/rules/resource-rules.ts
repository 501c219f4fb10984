/** What the stand-in knows about a resource type, besides its inputs. */
import type { Account } from "../account/account.ts";
import type { AccountEntry } from "../account/account-entry.ts";
import type { Failure } from "../schema/validate.ts";
import type { Values } from "../values.ts";
import type { Check } from "./checks.ts";

/** The account and Region of a resource. Resources of IAM have the Region "". */
export interface Scope {
  readonly account: string;
  readonly partition: string;
  readonly region: string;
}

export interface Identity {
  /** The id in Pulumi's state. */
  readonly id: string;
  /** Identifies the resource among those of its type and Region. Default: the id. */
  readonly key?: string;
  /** Outputs that are not inputs. A preview does not know them. */
  readonly outputs: Values;
}

export interface ResourceRules {
  /** The input that gets Pulumi's suffix if the program gives no name. */
  readonly autoName?: { readonly property: string; readonly maximum: number; readonly prefix?: string };
  /** Inputs whose change replaces the resource, besides the Region. */
  readonly replaces: readonly string[];
  /** The type has no Region. */
  readonly global?: true;
  /** Checks by path of the input. */
  readonly checks?: Readonly<Record<string, Check>>;
  /** Checks of inputs that depend on each other. Unknown inputs must pass. */
  readonly together?: (inputs: Values) => readonly Failure[];
  readonly identify: (inputs: Values, scope: Scope) => Identity;
  /** Outputs that follow from inputs, also after an update. */
  readonly derive?: (inputs: Values) => Values;
  /** Outputs for inputs that the program leaves out. */
  readonly defaults?: Values;
  /**
   * What AWS does if the resource exists: refuses (default), or replaces it without a word, or returns it if its inputs
   * are the same.
   */
  readonly existing?: "overwrite" | "same" | { readonly refusal: (name: string) => string };
  /** Throws {@link AwsError} if a resource that this one needs is not there, or does not allow it. */
  readonly requires?: (inputs: Values, account: Account, scope: Scope) => void;
  /** Throws {@link AwsError} if a resource that is there excludes a new one. */
  readonly beforeCreate?: (inputs: Values, account: Account) => void;
  /** Throws {@link AwsError} if AWS refuses to delete the resource now. */
  readonly beforeDelete?: (entry: AccountEntry, account: Account) => void;
}

/** Returns an ARN of the scope. */
export function arn(scope: Scope, service: string, resource: string): string {
  return `arn:${scope.partition}:${service}:${scope.region}:${scope.account}:${resource}`;
}
