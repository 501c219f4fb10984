/** The provider's functions (data sources) that the program calls. */
import type { Account } from "../account/account.ts";
import { dnsSuffixOf } from "../../../../local/program/partition.ts";
import { requireHub } from "../rules/security-hub.ts";
import { textOf, type Values } from "../values.ts";
import type { ProviderSettings } from "./provider-settings.ts";

/** Calls a function. @throws {Error} for other functions and arguments */
export function callFunction(token: string, args: Values, settings: ProviderSettings, account: Account): Values {
  const call = FUNCTIONS[token];
  if (call === undefined) throw new Error(`the stand-in AWS provider does not know the function ${token}`);
  const unknown = Object.keys(args).find((name) => !call.arguments.includes(name));
  if (unknown !== undefined) throw new Error(`${token} has no argument ${unknown}`);
  return call.answer(args, settings, account);
}

interface ProviderFunction {
  readonly arguments: readonly string[];
  answer(args: Values, settings: ProviderSettings, account: Account): Values;
}

const FUNCTIONS: Readonly<Record<string, ProviderFunction>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": {
    arguments: ["id"],
    answer: (_args, { account, partition }) => ({
      ...{ accountId: account, id: account, userId: "AIDACKCEVSQ6C2EXAMPLE" },
      arn: `arn:${partition}:iam::${account}:user/deployer`,
    }),
  },
  "aws:index/getPartition:getPartition": {
    arguments: ["id"],
    answer: (_args, { partition }) => {
      const suffix = dnsSuffixOf(partition);
      const reverseDnsPrefix = suffix.split(".").toReversed().join(".");
      return { dnsSuffix: suffix, id: partition, partition, reverseDnsPrefix };
    },
  },
  "aws:securityhub/getStandardsControlAssociations:getStandardsControlAssociations": {
    arguments: ["region", "securityControlId"],
    answer: (args, settings, account) => {
      const region = textOf(args, "region") || settings.region;
      requireHub(account, region);
      const securityControlId = textOf(args, "securityControlId");
      return { id: region, region, securityControlId, standardsControlAssociations: [] };
    },
  },
};
