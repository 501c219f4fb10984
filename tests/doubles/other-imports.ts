/** A Security Hub that treats imports of the test finding in the other reading of a fact. */
import { TEST_PROGRAM } from "../../commands/verify-aws/test-finding.ts";
import type { StandIn } from "../../local/gateway/stand-in.ts";
import type { AccountOptions } from "../fixtures/account-fixture.ts";
import { COMPLETE } from "../fixtures/verify-aws-fixture.ts";

export type Fields = Record<string, unknown>;
type Caller = Parameters<StandIn["call"]>[2];

/** A hub that changes imports on their way in, and findings on their way out. */
export interface Reading {
  /** Returns what is imported instead, or an answer that replaces the import. */
  readonly imports?: (finding: Fields, stored: Fields | undefined) => Fields | { readonly answer: unknown };
  readonly shows?: (finding: Fields, sent: readonly Fields[]) => Fields | undefined;
}

export const SUCCESS = { answer: { SuccessCount: 1, FailedCount: 0, FailedFindings: [] } };
export const failure = (ErrorCode: string, { Id }: Fields) => ({
  answer: { SuccessCount: 0, FailedCount: 1, FailedFindings: [{ Id, ErrorCode, ErrorMessage: "no" }] },
});

export const around = ({ imports, shows }: Reading): AccountOptions => ({
  ...COMPLETE,
  around: {
    securityhub: (standIn) => {
      const sent: Fields[] = [];
      const read = (input: Fields, caller: Caller) =>
        (standIn.call("GetFindings", input, caller) as { Findings: Fields[] }).Findings;
      const storedOf = ({ Id, ProductArn }: Fields, caller: Caller) => {
        const equals = (Value: unknown) => [{ Value, Comparison: "EQUALS" }];
        return read({ Filters: { Id: equals(Id), ProductArn: equals(ProductArn) } }, caller)[0];
      };
      return {
        call: (operation, input, caller) => {
          if (operation === "BatchImportFindings") {
            const [finding = {}] = input["Findings"] as Fields[];
            sent.push(finding);
            const changed = imports?.(finding, storedOf(finding, caller)) ?? finding;
            return "answer" in changed ? changed["answer"] : standIn.call(operation, { Findings: [changed] }, caller);
          }
          if (operation !== "GetFindings" || shows === undefined) return standIn.call(operation, input, caller);
          const isOurs = ({ GeneratorId }: Fields) => GeneratorId === TEST_PROGRAM;
          return { Findings: read(input, caller).flatMap((each) => (isOurs(each) ? (shows(each, sent) ?? []) : each)) };
        },
      };
    },
  },
});
