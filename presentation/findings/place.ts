import { counted } from "../../contract/counted.ts";
import type { FindingView } from "./finding-view.ts";

/** Where findings were read. */
export interface Place {
  readonly account: string;
  readonly region: string;
  /** Whether the findings may be of other accounts and Regions too. */
  readonly organization?: boolean;
}

/**
 * Returns where findings are, in words.
 *
 * @example placeInWords({ account: "111122223333", region: "eu-west-1" }, views); // "account 111122223333, eu-west-1"
 */
export function placeInWords({ account, region, organization = false }: Place, views: readonly FindingView[]): string {
  if (!organization) return `account ${account}, ${region}`;
  const count = (of: (view: FindingView) => string, noun: string) => counted(new Set(views.map(of)).size, noun);
  const accounts = count((view) => view.account, "account");
  return `${accounts} and ${count((view) => view.region, "Region")} that account ${account} shows in ${region}`;
}
