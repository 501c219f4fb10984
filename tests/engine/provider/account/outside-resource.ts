import { partitionOf } from "../../../../local/program/partition.ts";
import { rulesOf } from "../rules/resource-types.ts";
import type { Values } from "../values.ts";
import type { AccountEntry } from "./account-entry.ts";
import { Account } from "./account.ts";

interface OutsideResource {
  readonly type: string;
  readonly account: string;
  readonly region: string;
  readonly inputs: Values;
}

/**
 * Adds a resource that a person created without Pulumi, such as an enabled Security Hub. The journal does not have it.
 *
 * @example addOutside(stack.account, { type: "aws:securityhub/account:Account", account, region, inputs: {} });
 */
export function addOutside(folder: string, { type, account, region, inputs: given }: OutsideResource): AccountEntry {
  const rules = rulesOf(type);
  const scope = { account, partition: partitionOf(region), region: rules.global === true ? "" : region };
  const inputs = rules.global === true ? given : { ...given, region };
  const { id, key = id, outputs } = rules.identify(inputs, scope);
  const entry = { type, account, region: scope.region, id, key, logicalName: "", urn: "", inputs, computed: outputs };
  new Account(folder, account).put(entry);
  return entry;
}
