import * as aws from "@pulumi/aws";
import { buildBundles } from "./infra/parts/bundles.ts";
import { writePolicies } from "./infra/parts/policies-file.ts";
import { PatchFindings } from "./infra/patch-findings.ts";
import { enableSecurityHub } from "./infra/security-hub.ts";
import { readSettings } from "./infra/settings.ts";
import { providerSettings } from "./infra/settings/provider-settings.ts";
import { stackPolicies } from "./infra/settings/stack-policies.ts";

/** Once per process: its sources do not change while it runs, and tests run the program many times. */
let bundled: Promise<void> | undefined;

/** The Pulumi program: one component per Region, and one provider for all, always with freshly built bundles. */
export default async function program() {
  const settings = readSettings();
  const provided = providerSettings(settings);
  await (bundled ??= buildBundles());
  const policiesFile = await writePolicies(stackPolicies(settings));
  if (settings.enableSecurityHub) {
    await Promise.all(settings.regions.map((region) => enableSecurityHub({ region, provider: provided })));
  }
  const provider = new aws.Provider("aws", provided);
  const regions = settings.regions.map((region) => {
    const findings = new PatchFindings(
      `${settings.namePrefix}-${region}`,
      { region, settings, ...(policiesFile !== undefined && { policiesFile }) },
      { providers: [provider] },
    );
    const { stateMachineArn, workQueueUrl, outageQueueUrl, quarantineQueueUrl, alarmTopicArn } = findings;
    return [region, { stateMachineArn, workQueueUrl, outageQueueUrl, quarantineQueueUrl, alarmTopicArn }] as const;
  });
  return { regions: Object.fromEntries(regions) };
}
