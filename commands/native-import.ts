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

/** The last part of the subscription's ARN, after the caller's Region and account. */
const SUBSCRIPTION = ":product-subscription/aws/ssm-patch-manager";

/** Returns the ARN of the account's subscription to AWS's own Patch Manager integration, or undefined if its import is off. */
export async function nativeSubscription(client: SecurityHubClient): Promise<string | undefined> {
  for await (const { ProductSubscriptions } of paginateListEnabledProductsForImport({ client }, {})) {
    const found = ProductSubscriptions?.find((arn) => arn.endsWith(SUBSCRIPTION));
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Switches the import of AWS's own Patch Manager findings on or off. Does nothing if it is in that state already.
 *
 * @returns one line that says what was done, or with `dryRun` what would be done
 * @example console.log(await switchNativeImport("off", true, client));
 */
export async function switchNativeImport(
  wanted: "on" | "off",
  dryRun: boolean,
  client: SecurityHubClient,
): Promise<string> {
  const scope = hubScope(await hubArn(client));
  const subscription = await nativeSubscription(client);
  const found = subscription === undefined ? "off" : "on";
  const importName = `the import of the native integration's findings in account ${scope.account}, ${scope.region}`;
  if (found === wanted) return `nothing to do: ${importName} is ${found}`;
  if (dryRun) return `would switch ${importName} from ${found} to ${wanted}; --dry-run changes nothing`;
  if (subscription === undefined) {
    await client.send(new EnableImportFindingsForProductCommand({ ProductArn: nativeProductArn(scope) }));
  } else {
    await client.send(new DisableImportFindingsForProductCommand({ ProductSubscriptionArn: subscription }));
  }
  return `switched ${importName} from ${found} to ${wanted}`;
}

const NEEDS =
  "The credentials must be allowed securityhub:DescribeHub and securityhub:ListEnabledProductsForImport; to switch on " +
  "securityhub:EnableImportFindingsForProduct, to switch off securityhub:DisableImportFindingsForProduct.";

async function main(): Promise<number> {
  const command = regionCommand(
    "native-import",
    "Switches the import of AWS's own Patch Manager findings on or off, in one account and Region. Keeps existing findings.",
    ["off --region eu-west-1"],
  )
    .addArgument(new Argument("<state>").choices(["on", "off"]))
    .option("--dry-run", "say what would be switched; change nothing", false)
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
