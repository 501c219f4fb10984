import * as aws from "@pulumi/aws";
import { buildBundles } from "./infra/parts/bundles.ts";
import { PatchFindings } from "./infra/patch-findings.ts";
import { readSettings } from "./infra/settings.ts";
import { providerSettings } from "./infra/settings/provider-settings.ts";

/** Once per process: its sources do not change while it runs, and tests run the program many times. */
let bundled: Promise<void> | undefined;

/** The Pulumi program: one provider and one component per Region, always with freshly built bundles. */
export default async function program() {
  const settings = readSettings();
  const provided = providerSettings(settings);
  await (bundled ??= buildBundles());
  const regions = settings.regions.map((region) => {
    const provider = new aws.Provider(region, {
      ...provided,
      region: region as aws.Region,
    });
    const findings = new PatchFindings(
      `${settings.namePrefix}-${region}`,
      { region, settings },
      { providers: [provider] },
    );
    const { stateMachineArn, workQueueUrl, outageQueueUrl, quarantineQueueUrl, alarmTopicArn } = findings;
    return [region, { stateMachineArn, workQueueUrl, outageQueueUrl, quarantineQueueUrl, alarmTopicArn }] as const;
  });
  return { regions: Object.fromEntries(regions) };
}
