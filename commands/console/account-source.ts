/** The findings of a real account as the console sees them. */
import { VIEWS, type View } from "../../console/api.ts";
import type { ConsoleSource } from "../../console/source.ts";
import type { SecurityHub } from "../../functions/security-hub/security-hub.ts";
import type { PatchData } from "../../functions/systems-manager/systems-manager.ts";
import type { HubScope } from "../account/hub.ts";
import { organizationFindings } from "../account/organization-findings.ts";
import { findingScope, ownFindings } from "../account/own-findings.ts";
import { triageInAccount, type TriagePorts } from "./account-triage.ts";
import { ChangeLog } from "./change-log.ts";
import { FindingCache } from "./finding-cache.ts";
import { findingKey, keyOf } from "./finding-key.ts";
import { nodePatches } from "./node-patches.ts";
import type { OpenProgram } from "./program-source.ts";
import { WatchedRead } from "./watched-read.ts";

/** The pages that findings alone fill. The others need the deployed program. */
const FROM_FINDINGS: ReadonlySet<View> = new Set(["overview", "findings", "patches", "cves"]);

/** Findings are read again after so long, while a page is open. */
const READ_AGAIN_MS = 5 * 60_000;

/** What the console shows, from the command line. */
export interface AccountView {
  readonly organization: boolean;
  readonly ownerTag: string;
}

/** The account, and the process around the console. */
export interface AccountPorts {
  /** Of the account and Region that the console reads in. */
  readonly scope: HubScope;
  /** Paced by its caller. */
  readonly hub: Pick<SecurityHub, "search" | "findings" | "updateWorkflow">;
  readonly ssm: Pick<PatchData, "complianceItems">;
  readonly now: () => Date;
  /** Prints a line on the terminal. */
  readonly print: (line: string) => void;
  /** The deployed program, if the person named it. */
  readonly program?: OpenProgram;
  /** Milliseconds between two reads of all findings. Default: 5 minutes. */
  readonly readAgainMs?: number;
}

/** A source that makes calls until it is closed. */
export interface OpenSource {
  readonly source: ConsoleSource;
  close(): void;
}

/**
 * Returns the findings of an account, or of all accounts and Regions that its hub aggregates, as a source of the console.
 * They are read for the first time when a page opens.
 *
 * @example
 * const { source, close } = accountSource({ organization: false, ownerTag: "Owner" }, ports);
 */
export function accountSource(view: AccountView, ports: AccountPorts): OpenSource {
  const { scope, now, print, program } = ports;
  const log = new ChangeLog();
  const cache = new FindingCache({
    read: () => findingsOf(view, ports),
    now,
    onChange: (after, before, readAt) => log.add(findingKey(after), after, before, readAt),
    onGone: (finding) => log.remove(findingKey(finding)),
    onProblem: print,
  });
  const reads = new WatchedRead(() => cache.readAll(), ports.readAgainMs ?? READ_AGAIN_MS);
  const triagePorts: TriagePorts = {
    hub: ports.hub,
    known: () => cache.snapshot().findings,
    replace: (findings) => cache.replace(findings),
    readAll: async () => {
      await reads.afresh();
      const { problem } = cache.snapshot();
      if (problem !== undefined) throw new Error(problem);
    },
    print,
  };
  const source: ConsoleSource = {
    about: {
      kind: "account",
      account: scope.account,
      region: scope.region,
      ...view,
      views: VIEWS.filter((name) => FROM_FINDINGS.has(name) || (program !== undefined && name !== "fleet")),
      can: { triage: true, operate: false, simulate: false },
    },
    now,
    findings: () => cache.snapshot(),
    refresh: () => reads.now(),
    watch: () => watchAll([reads, program]),
    ...(program !== undefined && { program: program.program }),
    triage: (request) => triageInAccount(request, triagePorts),
    history: ({ productArn, id }) => log.of(keyOf(productArn, id)),
    activity: () => log.activity(),
    patchRows: nodePatches(ports.ssm, scope),
    readsPatchesFreely: false,
  };
  return { source, close: () => (reads.stop(), program?.close()) };
}

function watchAll(watched: readonly (Pick<WatchedRead, "watch"> | undefined)[]): () => void {
  const leave = watched.map((one) => one?.watch());
  return () => leave.forEach((stop) => stop?.());
}

/** Yields this program's findings, also the closed ones: Security Hub deletes those after 30 days (user guide). */
async function* findingsOf({ organization }: AccountView, { hub, scope }: AccountPorts): AsyncGenerator<object> {
  const found = organization ? organizationFindings(hub, scope) : ownFindings(hub, findingScope(scope));
  for await (const { finding } of found) yield finding;
}
