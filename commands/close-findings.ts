import { PRODUCT_FIELDS } from "../contract/product-fields.ts";
import { SecurityHubClient } from "@aws-sdk/client-securityhub";
import { securityHub, type SecurityHub } from "../functions/security-hub/security-hub.ts";
import { equalsAny } from "../functions/security-hub/filters.ts";
import { chunks } from "../functions/runtime/chunks.ts";
import type { FindingKind } from "../contract/generators.ts";
import { resend } from "../functions/security-hub/asff/resend.ts";
import type { ImportableFinding } from "../functions/security-hub/asff/stored-finding.ts";
import { printable } from "../command-line/terminal.ts";
import { counted } from "../contract/counted.ts";
import { accountClient } from "./account/client.ts";
import { CLIENT_SETTINGS, exitCodeOf, regionCommand } from "./account/command.ts";
import { hubArn, hubScope } from "./account/hub.ts";
import { findingScope, ownFindings, type OwnFinding } from "./account/own-findings.ts";

/** BatchImportFindings takes at most 100 findings (Security Hub API reference). */
const IMPORTS_PER_CALL = 100;

interface Ports {
  readonly describeHub: () => Promise<string>;
  readonly hub: Pick<SecurityHub, "search" | "importFindings">;
  readonly now: () => Date;
  readonly print: (line: string) => void;
}

/**
 * Archives all open findings of this program and records in each that no proof of compliance exists. A later deployment
 * reopens the findings of nodes that are still noncompliant.
 *
 * @returns the number of archived findings, and of findings that Security Hub refused
 * @example const { archived } = await closeFindings(false, ports);
 */
export async function closeFindings(dryRun: boolean, ports: Ports): Promise<{ archived: number; failed: number }> {
  const scope = findingScope(hubScope(await ports.describeHub()));
  const open: OwnFinding[] = [];
  for await (const finding of ownFindings(ports.hub, scope, { RecordState: equalsAny("ACTIVE") })) open.push(finding);
  for (const { nodeId, kind } of open)
    ports.print(`${dryRun ? "would archive" : "archive"}: ${nodeId} (${KIND_NAMES[kind]})`);
  const [archived, failed] = dryRun ? [0, 0] : await archive(open, ports);
  return { archived, failed };
}

const KIND_NAMES: Readonly<Record<FindingKind, string>> = { compliance: "compliance", blindSpot: "blind spot" };

async function archive(
  open: readonly OwnFinding[],
  { hub, now, print }: Ports,
): Promise<[archived: number, failed: number]> {
  let [archived, failed] = [0, 0];
  try {
    for (const some of chunks(open, IMPORTS_PER_CALL)) {
      const failures = await hub.importFindings(some.map((finding) => archivedFinding(finding, now())));
      for (const { id, message } of failures) print(printable(`not archived: ${id}: ${message}`));
      archived += some.length - failures.length;
      failed += failures.length;
    }
    return [archived, failed];
  } catch (error) {
    print(`archived ${archived} of ${counted(open.length, "finding")}; run the same command again to archive the rest`);
    throw error;
  }
}

/** Returns the stored finding as ARCHIVED, with the reason. Leaves everything else as Security Hub holds it. */
function archivedFinding({ finding }: OwnFinding, now: Date): ImportableFinding {
  const at = now.toISOString();
  const proof = `Archived by close-findings at ${at}, without proof of compliance.`;
  return { ...resend(finding, at, { [PRODUCT_FIELDS.proof]: proof }), RecordState: "ARCHIVED" };
}

const NEEDS =
  "The credentials must be allowed securityhub:DescribeHub, securityhub:GetFindings and securityhub:BatchImportFindings.";

async function main(): Promise<number> {
  const { region, dryRun } = regionCommand(
    "close-findings",
    "Archives all open findings of this program. Run it before you remove the program. Changes nothing else.",
    ["--region eu-west-1 --dry-run"],
  )
    .option("--dry-run", "list the findings that would be archived; change nothing", false)
    .parse()
    .opts<{ region: string; dryRun: boolean }>();
  const client = accountClient(new SecurityHubClient({ ...CLIENT_SETTINGS, region }));
  return exitCodeOf(`not all findings in ${region} were archived`, NEEDS, async () => {
    const { archived, failed } = await closeFindings(dryRun, {
      describeHub: () => hubArn(client),
      hub: securityHub(client),
      now: () => new Date(),
      print: (text) => console.log(text),
    });
    console.log(`${archived} archived, ${failed} failed${dryRun ? "; --dry-run changes nothing" : ""}`);
    return failed === 0 ? 0 : 1;
  });
}

if (import.meta.main) process.exitCode = await main();
