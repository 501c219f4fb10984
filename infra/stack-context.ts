import type { Queues } from "./flow/queues.ts";
import type { AccountScope } from "./parts/account-scope.ts";
import type { Settings } from "./settings.ts";

/** What the components of one Region share. */
export interface StackContext {
  readonly queues: Queues;
  readonly scope: AccountScope;
  readonly settings: Settings;
  /** Value of the metrics' dimension `service`. It separates the stacks and Regions of one account. */
  readonly service: string;
}
