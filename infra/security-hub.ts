import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Where Security Hub CSPM must be enabled. */
interface Hub {
  readonly region: string;
  /** How providers reach the account. */
  readonly provider: aws.ProviderArgs;
}

/** How Security Hub answers if it is not enabled, whatever the permissions. */
const NOT_ENABLED = /InvalidAccessException|not subscribed/;

const cannotTell = (region: string, reason: string): string =>
  `cannot find out whether Security Hub is enabled in ${region}: ${reason}; if it is, pulumi up stops before it creates ` +
  "anything else: then allow securityhub:ListStandardsControlAssociations, or set enableSecurityHub to false";

/** An adopted hub keeps the settings that it has. */
const SETTINGS = ["enableDefaultStandards", "controlFindingGenerator", "autoEnableControls"];

/**
 * Enables Security Hub CSPM in a Region, without its default standards. A hub that is enabled already is adopted,
 * because AWS refuses to enable it twice. The hub stays enabled when the stack is destroyed: other products and people
 * rely on it. Its name does not contain the stack's prefix, so that a new prefix keeps it.
 *
 * @returns when the hub is enabled. If AWS refuses it, no other resource has been created yet.
 *
 * @example
 * const hub = await enableSecurityHub({ region: "eu-west-1", provider: { profile: "security" } });
 */
export async function enableSecurityHub({ region, provider }: Hub): Promise<aws.securityhub.Account> {
  const name = `security-hub-${region}`;
  // A provider of its own: an import reads the hub of its provider's Region.
  const inRegion = new aws.Provider(name, { ...provider, region: region as aws.Region });
  const adopted = (await isEnabled(region, inRegion)) ? { import: await accountOf(inRegion) } : {};
  const hub = new aws.securityhub.Account(
    name,
    { region, enableDefaultStandards: false },
    { provider: inRegion, retainOnDelete: true, ignoreChanges: SETTINGS, ...adopted },
  );
  await registered(hub);
  return hub;
}

/** Asks for any control. Security Hub answers only if it is enabled, whichever standards are. */
async function isEnabled(region: string, provider: aws.Provider): Promise<boolean> {
  try {
    const args = { securityControlId: "SSM.2" };
    const answer = await aws.securityhub.getStandardsControlAssociations(args, { provider });
    return Array.isArray(answer.standardsControlAssociations);
  } catch (error) {
    // Creating the hub tells whether it is enabled.
    const reason = error instanceof Error ? error.message : String(error);
    if (!NOT_ENABLED.test(reason)) await pulumi.log.warn(cannotTell(region, reason));
    return false;
  }
}

async function accountOf(provider: aws.Provider): Promise<string> {
  const { accountId } = await aws.getCallerIdentity({}, { provider });
  return accountId;
}

function registered(resource: pulumi.Resource): Promise<unknown> {
  return new Promise((resolve) => pulumi.output(resource.urn).apply(resolve));
}
