import { DescribeHubCommand, SecurityHubClient } from "@aws-sdk/client-securityhub";
import { securityHub, type SecurityHub } from "../functions/aws/security-hub.ts";
import { findingId } from "../functions/domain/finding-identity.ts";
import { resend } from "../functions/domain/stored-finding.ts";
import { equalsAny } from "../functions/aws/filters.ts";
import { printable } from "../local/terminal.ts";
import { CLIENT_SETTINGS, exitCodeOf, regionCommand } from "./command-line.ts";
import { hubScope } from "./native-findings.ts";
import { findingScope, ownFindings, type OwnFinding } from "./own-findings.ts";

interface Ports {
  readonly describeHub: () => Promise<string>;
  readonly hub: Pick<SecurityHub, "search" | "importFindings">;
  readonly now: () => Date;
  readonly print: (line: string) => void;
}

/** Archives all open findings of this program. They say so, and open again if the program is deployed again. */
export async function closeFindings(dryRun: boolean, ports: Ports): Promise<{ archived: number; failed: number }> {
  const scope = findingScope(hubScope(await ports.describeHub()));
  const open: OwnFinding[] = [];
  for await (const finding of ownFindings(ports.hub, scope, { RecordState: equalsAny("ACTIVE") })) open.push(finding);
  for (const { nodeId, kind } of open) ports.print(`${dryRun ? "would archive" : "archive"}: ${nodeId} (${kind})`);
  if (dryRun) return { archived: 0, failed: 0 };
  const now = ports.now().toISOString();
  const archived = open.map(({ nodeId, kind, finding }) =>
    resend(finding, findingId(scope, nodeId, kind), now, {
      RecordState: "ARCHIVED",
      fields: { "PatchFindings/Notes": "archived by close-findings, without proof of compliance" },
    }),
  );
  const failures = await ports.hub.importFindings(archived);
  for (const { id, message } of failures) ports.print(printable(`not archived: ${id}: ${message}`));
  return { archived: open.length - failures.length, failed: failures.length };
}

const NEEDS = "It needs credentials that may use securityhub:DescribeHub, GetFindings and BatchImportFindings.";

async function main(): Promise<number> {
  const { region, dryRun } = regionCommand(
    "close-findings",
    "Archives all open findings of this program, before it is removed for good. Nothing else is touched.",
  )
    .option("--dry-run", "only list what would be archived", false)
    .parse()
    .opts<{ region: string; dryRun: boolean }>();
  const client = new SecurityHubClient({ ...CLIENT_SETTINGS, region });
  return exitCodeOf(`findings in ${region} were not archived`, NEEDS, async () => {
    const { archived, failed } = await closeFindings(dryRun, {
      describeHub: async () => (await client.send(new DescribeHubCommand({}))).HubArn ?? "",
      hub: securityHub(client),
      now: () => new Date(),
      print: (text) => console.log(text),
    });
    console.log(`${archived} archived, ${failed} failed${dryRun ? "; --dry-run changes nothing" : ""}`);
    return failed === 0 ? 0 : 1;
  });
}

if (import.meta.main) process.exitCode = await main();
