import type { Account } from "./account.ts";
import { lineOf, once, type Check, type Line } from "./check.ts";
import { credentialChecks, readIdentity } from "./credentials.ts";
import { findingChecks } from "./open-findings.ts";
import { keyChecks } from "./kms-key.ts";
import { listNodes, nodeChecks, readPatchData } from "./nodes.ts";
import { patchingChecks } from "./patch-sources.ts";
import { quotaChecks } from "./quotas.ts";
import { hubChecks, readHub } from "./security-hub.ts";
import { windowChecks } from "./maintenance-windows.ts";

/** Receives the number of finished checks before each check. */
export type Progress = (done: number, total: number) => void;

/**
 * Runs all checks, one after the other, and returns their lines. Only reads. If AWS rejects the credentials, skips the
 * other checks.
 *
 * @example const lines = await preflight({ region, settings, clients: clientsFor(region), now: () => new Date() });
 */
export async function preflight(account: Account, progress: Progress = () => undefined): Promise<Line[]> {
  const identity = once(() => readIdentity(account));
  const known = await identity().catch(() => undefined);
  const first = credentialChecks(account, identity);
  const others = accountChecks(account, known !== undefined && "account" in known ? known.account : undefined);
  if (known !== undefined && "refused" in known) return [...(await linesOf(first, progress)), ...others.map(skipped)];
  return linesOf([...first, ...others], progress);
}

function accountChecks(account: Account, owner: string | undefined): Check[] {
  const nodes = once(() => listNodes(account));
  const data = once(async () => readPatchData(account, await nodes()));
  const hub = once(() => readHub(account));
  return [
    ...nodeChecks(account, nodes, data),
    ...patchingChecks(account, data),
    ...hubChecks(account, hub),
    ...findingChecks(account, hub),
    ...quotaChecks(account, hub),
    ...keyChecks(account, owner),
    ...windowChecks(account),
  ];
}

async function linesOf(checks: readonly Check[], progress: Progress): Promise<Line[]> {
  const lines: Line[] = [];
  for (const [done, check] of checks.entries()) {
    progress(done, checks.length);
    const line = await lineOf(check);
    if (line !== undefined) lines.push(line);
  }
  return lines;
}

function skipped({ name }: Check): Line {
  return { check: name, result: "unchecked", found: "skipped: AWS rejected these credentials" };
}
