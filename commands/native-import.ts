import {
  DescribeHubCommand,
  DisableImportFindingsForProductCommand,
  EnableImportFindingsForProductCommand,
  paginateListEnabledProductsForImport,
  SecurityHubClient,
} from "@aws-sdk/client-securityhub";
import { Argument } from "commander";
import { CLIENT_SETTINGS, exitCodeOf, regionCommand } from "./command-line.ts";
import { hubScope, nativeProductArn, type HubScope } from "./native-findings.ts";

/** End of the subscription's ARN; its beginning is the account's. */
const SUBSCRIPTION = /:product-subscription\/aws\/ssm-patch-manager$/;

/** ARN of the account's subscription to AWS's own Patch Manager integration; undefined where its import is off. */
export async function nativeSubscription(client: SecurityHubClient): Promise<string | undefined> {
  for await (const page of paginateListEnabledProductsForImport({ client }, {})) {
    const found = page.ProductSubscriptions?.find((arn) => SUBSCRIPTION.test(arn));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @returns what was done, or would be */
export async function switchNativeImport(wanted: "on" | "off", dryRun: boolean, client: SecurityHubClient) {
  const scope: HubScope = hubScope((await client.send(new DescribeHubCommand({}))).HubArn ?? "");
  const subscription = await nativeSubscription(client);
  const is = subscription === undefined ? "off" : "on";
  if (is === wanted) return `the import of the native integration's findings is ${is} already`;
  const change = `the import of the native integration's findings in ${scope.account}, ${scope.region}: ${is} -> ${wanted}`;
  if (dryRun) return `would switch ${change}; --dry-run changes nothing`;
  if (subscription === undefined) {
    await client.send(new EnableImportFindingsForProductCommand({ ProductArn: nativeProductArn(scope) }));
  } else {
    await client.send(new DisableImportFindingsForProductCommand({ ProductSubscriptionArn: subscription }));
  }
  return `switched ${change}`;
}

const NEEDS =
  "It needs credentials that may use securityhub:DescribeHub, ListEnabledProductsForImport, and " +
  "EnableImportFindingsForProduct or DisableImportFindingsForProduct.";

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
  const client = new SecurityHubClient({ ...CLIENT_SETTINGS, region });
  return exitCodeOf(`the native import in ${region} was not switched`, NEEDS, async () => {
    console.log(await switchNativeImport(wanted, dryRun, client));
    return 0;
  });
}

if (import.meta.main) process.exitCode = await main();
