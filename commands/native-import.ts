import {
  DisableImportFindingsForProductCommand,
  EnableImportFindingsForProductCommand,
  paginateListEnabledProductsForImport,
  SecurityHubClient,
} from "@aws-sdk/client-securityhub";
import { Argument } from "commander";
import { accountClient } from "./account/client.ts";
import { CLIENT_SETTINGS, exitCodeOf, regionCommand } from "./account/command.ts";
import { hubArn, hubScope } from "./account/hub.ts";
import { nativeProductArn } from "./account/native-findings.ts";

/** End of the subscription's ARN; before it stand the caller's own Region and account. */
const SUBSCRIPTION = ":product-subscription/aws/ssm-patch-manager";

/** ARN of the account's subscription to AWS's own Patch Manager integration; undefined where its import is off. */
export async function nativeSubscription(client: SecurityHubClient): Promise<string | undefined> {
  for await (const { ProductSubscriptions } of paginateListEnabledProductsForImport({ client }, {})) {
    const found = ProductSubscriptions?.find((arn) => arn.endsWith(SUBSCRIPTION));
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Switches the import of AWS's own Patch Manager findings; nothing else, and nothing where it is as wanted.
 *
 * @returns what was done, or would be
 */
export async function switchNativeImport(
  wanted: "on" | "off",
  dryRun: boolean,
  client: SecurityHubClient,
): Promise<string> {
  const scope = hubScope(await hubArn(client));
  const subscription = await nativeSubscription(client);
  const found = subscription === undefined ? "off" : "on";
  const where = `the import of the native integration's findings in account ${scope.account}, ${scope.region}`;
  if (found === wanted) return `nothing to do: ${where} is ${found}`;
  if (dryRun) return `would switch ${where} from ${found} to ${wanted}; --dry-run changes nothing`;
  if (subscription === undefined) {
    await client.send(new EnableImportFindingsForProductCommand({ ProductArn: nativeProductArn(scope) }));
  } else {
    await client.send(new DisableImportFindingsForProductCommand({ ProductSubscriptionArn: subscription }));
  }
  return `switched ${where} from ${found} to ${wanted}`;
}

const NEEDS =
  "The credentials must be allowed securityhub:DescribeHub and securityhub:ListEnabledProductsForImport, and to switch " +
  "securityhub:EnableImportFindingsForProduct or securityhub:DisableImportFindingsForProduct.";

async function main(): Promise<number> {
  const command = regionCommand(
    "native-import",
    "Switches the import of AWS's own Patch Manager findings on or off, in one account and Region. Findings that are there stay.",
  )
    .addArgument(new Argument("<state>").choices(["on", "off"]))
    .option("--dry-run", "only say what would be switched", false)
    .parse();
  const { region, dryRun } = command.opts<{ region: string; dryRun: boolean }>();
  const wanted = command.args[0] === "on" ? "on" : "off";
  const client = accountClient(new SecurityHubClient({ ...CLIENT_SETTINGS, region }));
  return exitCodeOf(`the native import in ${region} was not switched`, NEEDS, async () => {
    console.log(await switchNativeImport(wanted, dryRun, client));
    return 0;
  });
}

if (import.meta.main) process.exitCode = await main();
