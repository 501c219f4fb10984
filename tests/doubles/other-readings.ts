/** Accounts of stand-ins that answer in the other reading of a fact. */
import type { Fleet } from "../../local/fleet/fleet.ts";
import { ServiceError, type StandIn } from "../../local/gateway/stand-in.ts";
import type { AccountOptions } from "../fixtures/account-fixture.ts";
import { answering, COMPLETE, FINDINGS, FLEET } from "../fixtures/verify-aws-fixture.ts";

export type Fields = Record<string, unknown>;
interface Filter {
  readonly Key: string;
  readonly Values: readonly string[];
}

const filtersOf = (input: Fields): Filter[] => (input["Filters"] ?? []) as Filter[];
const valuesOf = (input: Fields, key: string) => filtersOf(input).find(({ Key }) => Key === key)?.Values ?? [];
export const refuse = (code: string) => () => {
  throw new ServiceError(code, "no");
};
export const around = (service: string, double: (standIn: StandIn) => StandIn): AccountOptions => ({
  ...COMPLETE,
  around: { [service]: double },
});
export const fleet = (parts: Partial<Fleet>): AccountOptions => ({ ...COMPLETE, fleet: { ...FLEET, ...parts } });
export const findings = (change: (finding: Fields) => Fields): AccountOptions => ({
  ...COMPLETE,
  hub: { findings: FINDINGS.map((finding) => change({ ...finding })) },
});

export const ignoresFilters = (standIn: StandIn): StandIn => ({
  call: (operation, input, caller) => {
    const { Filters: _filters, ...rest } = input;
    return standIn.call(operation, operation === "ListComplianceItems" ? rest : input, caller);
  },
});
/** Cuts pages first, and filters then. */
export const cutsFirst = (standIn: StandIn): StandIn => ({
  call: (operation, input, caller) => {
    if (operation !== "ListComplianceItems") return standIn.call(operation, input, caller);
    const { Filters: _filters, ...rest } = input;
    const answer = standIn.call(operation, rest, caller) as { ComplianceItems: Fields[] };
    const passes = (item: Fields) => filtersOf(input).every(({ Key, Values }) => Values.includes(String(item[Key])));
    return { ...answer, ComplianceItems: answer.ComplianceItems.filter(passes) };
  },
});
export const items = (change: (item: Fields) => Fields) =>
  around(
    "ssm",
    answering("ListComplianceItems", (answer) => {
      const found = answer();
      return { ...found, ComplianceItems: (found["ComplianceItems"] as Fields[]).map(change) };
    }),
  );
/** Reads the filters of a call with only the first value of one of them. */
export const firstValueOf = (key: string) => (standIn: StandIn) => ({
  call: (operation: string, input: Fields, caller: Parameters<StandIn["call"]>[2]) => {
    const Filters = filtersOf(input).map((filter) =>
      filter.Key === key ? { ...filter, Values: filter.Values.slice(0, 1) } : filter,
    );
    return standIn.call(operation, input["Filters"] === undefined ? input : { ...input, Filters }, caller);
  },
});
export const summaries = (change: (answer: () => Fields, input: Fields) => unknown) =>
  around("ssm", answering("ListResourceComplianceSummaries", change));
export const refusesValues = (key: string) =>
  summaries((answer, input) => (valuesOf(input, key).length > 1 ? refuse("InvalidFilter")() : answer()));
export const detail = (key: string, value: string | undefined) => (item: Fields) => {
  const details = item["Details"] as Fields | undefined;
  return details?.[key] === undefined ? item : { ...item, Details: { ...details, [key]: value } };
};
const idsAsked = (input: Fields) =>
  ((input["Filters"] as Fields | undefined)?.["Id"] ?? []) as { Comparison: string }[];
export const hubPrefix = (change: (answer: () => Fields, values: number) => unknown) =>
  around(
    "securityhub",
    answering("GetFindings", (answer, input) => {
      const prefixes = idsAsked(input).filter(({ Comparison }) => Comparison === "PREFIX");
      return prefixes.length === 0 ? answer() : change(answer, prefixes.length);
    }),
  );

export function noNode({ ProductArn }: Fields): Fields {
  return String(ProductArn).endsWith("/aws/ssm-patch-manager") ? { Resources: [{ Type: "Other", Id: "server" }] } : {};
}

export function knowing(answer: () => Fields, asked: unknown, code = "InvalidInstanceId"): unknown {
  return JSON.stringify(asked ?? "").includes("i-00000000000000000") ? refuse(code)() : answer();
}
