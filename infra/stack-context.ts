import type * as pulumi from "@pulumi/pulumi";
import type { Queues } from "./flow/queues.ts";
import type { AccountScope } from "./parts/account-scope.ts";
import type { Settings } from "./settings.ts";

/** What the components of one Region share. */
export interface StackContext {
  readonly queues: Queues;
  readonly scope: AccountScope;
  readonly settings: Settings;
  /** The path of the file with the policies, if they are not the default ones. */
  readonly policiesFile?: string;
  /** Value of the metrics' dimension `service`, and the name of the dashboard. No other stack has the same. */
  readonly service: pulumi.Output<string>;
}
