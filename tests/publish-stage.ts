/** Publish on the real adapter of Security Hub, with the answers that a test gives. */
import {
  BatchImportFindingsCommand,
  BatchUpdateFindingsCommand,
  GetFindingsCommand,
  SecurityHubClient,
  type BatchUpdateFindingsCommandInput,
} from "@aws-sdk/client-securityhub";
import { securityHub } from "../functions/aws/security-hub.ts";
import { findingId } from "../functions/domain/finding-identity.ts";
import type { ImportableFinding, StoredFinding } from "../functions/domain/stored-finding.ts";
import { run as publish } from "../functions/publish.ts";
import { minutes, nodeId, rated, READ_AT, reference, SCOPE } from "./node-fixtures.ts";

export type Import = (batch: readonly ImportableFinding[], call: number) => object | Error;
export const accept: Import = (batch) => ({ SuccessCount: batch.length, FailedFindings: [] });
export const idOf = (index: number) => findingId(SCOPE, nodeId(index));

/** HTTP 200, and these findings failed. */
export function failing(codeOf: (id: string) => string | undefined, words = "words"): Import {
  return (batch) => {
    const FailedFindings = batch.flatMap(({ Id }) => {
      const ErrorCode = codeOf(Id);
      return ErrorCode === undefined ? [] : [{ Id, ErrorCode, ErrorMessage: `${words} of ${Id}` }];
    });
    return { SuccessCount: batch.length - FailedFindings.length, FailedFindings };
  };
}

export interface Hub {
  readonly stored?: readonly StoredFinding[];
  readonly imports?: Import;
  readonly update?: (input: BatchUpdateFindingsCommandInput) => object | Error;
}

/** A hub for the real adapter, and everything that Publish says and counts. */
export function stage({ stored = [], imports = accept, update = () => ({}) }: Hub) {
  const credentials = { accessKeyId: "x", secretAccessKey: "x" };
  const client = new SecurityHubClient({ region: "us-east-2", credentials });
  const logged: { nodeId: string; kind?: string; action: string }[] = [];
  const counts: Record<string, number> = {};
  const resolved: (string | undefined)[] = [];
  const ages: number[] = [];
  let calls = 0;
  client.send = (command: object) => {
    let answer: object = {};
    if (command instanceof GetFindingsCommand) answer = { Findings: stored };
    if (command instanceof BatchImportFindingsCommand) {
      answer = imports((command.input.Findings ?? []) as unknown as readonly ImportableFinding[], (calls += 1));
    }
    if (command instanceof BatchUpdateFindingsCommand) {
      answer = update(command.input);
      resolved.push(...(command.input.FindingIdentifiers ?? []).map(({ Id }) => Id));
    }
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const ports: Parameters<typeof publish>[1] = {
    hub: securityHub(client),
    scope: SCOPE,
    logger: {
      info: (message: unknown, ...extra: unknown[]) => {
        if (message === "finding") logged.push(extra[0] as (typeof logged)[number]);
      },
      warn: () => undefined,
    },
    counter: {
      count: (name, value = 1) => (counts[name] = (counts[name] ?? 0) + value),
      record: (values, seconds = {}) => {
        for (const [name, value] of Object.entries(values)) if (value > 0) counts[name] = (counts[name] ?? 0) + value;
        ages.push(...Object.values(seconds).flat());
      },
    },
    now: () => new Date(READ_AT),
    pause: () => Promise.resolve(),
    planOnly: false,
  };
  return { ports, logged, counts, resolved, ages, calls: () => calls };
}

/** Publishes so many noncompliant nodes, about which the hub knows nothing. */
export async function open(nodes: number, hub: Hub) {
  const { ports, calls, ...seen } = stage(hub);
  const nodeIds = Array.from({ length: nodes }, (_, index) => nodeId(index + 1));
  const run = { document: "AWS-RunPatchBaseline", notBefore: minutes(-600) } as const;
  const judgements = nodeIds.map((id) => {
    const judged = rated(undefined, "noncompliant", { nodeId: id });
    return { ...judged, evidence: { ...judged.evidence, run } };
  });
  const references = nodeIds.map((id) => reference({ nodeId: id }));
  const outcome: unknown = await publish({ references, judgements }, ports).catch((error: unknown) => error);
  return { ...seen, outcome, calls: calls(), opened: seen.logged.map((change) => [change.nodeId, change.action]) };
}

export const opened = (...indexes: number[]) => indexes.map((index) => [nodeId(index), "open"]);
export const nameOf = (outcome: unknown) => (outcome instanceof Error ? outcome.name : "no error");
