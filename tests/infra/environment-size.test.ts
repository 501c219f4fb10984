import { expect } from "chai";
import * as z from "zod";
import { captureGraph } from "../../local/program/graph.ts";

/** AWS Lambda Developer Guide, "Lambda quotas". */
const ENVIRONMENT_BYTES = 4096;

const functionInputs = z.object({ environment: z.object({ variables: z.record(z.string(), z.string()) }) });

/** The longest names that the settings allow, with all other values at their longest. */
const LONGEST = {
  regions: ["us-isof-south-1"],
  namePrefix: "abcdefghijklmnopqrs",
  hybridResourceType: "AwsEc2Instance",
  sweepHours: 72,
  redriveMinutes: 60,
  blindSpotDays: 365,
  maximumExecutions: 100,
  platformsWithoutBlindSpots: Array.from({ length: 5 }, (_, index) => `${index}${"日".repeat(31)}`),
  // Many short keys: in the environment each value is in a list.
  unmanagedInstances: {
    leaveOutTags: Object.fromEntries(Array.from("abcdefghijklmnopqrstuvwxyzABCDEFGHI", (key) => [key, ""])),
  },
};

async function largestEnvironment(settings: object): Promise<number> {
  const entries = Object.entries<unknown>({ ...LONGEST, ...settings }).map(([name, value]) => [
    `patch-manager-findings:${name}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const resources = await captureGraph({
    config: Object.fromEntries(entries) as Record<string, string>,
    suffix: "-1111111",
    // The longest domain of any partition is that of aws-iso-e.
    queueUrl: (account, region, name) => `https://sqs.${region}.cloud.adc-e.uk/${account}/${name}`,
  });
  const functions = resources.filter(({ type }) => type === "aws:lambda/function:Function");
  const sizes = functions.map(({ inputs }) =>
    Buffer.byteLength(JSON.stringify(functionInputs.parse(inputs).environment.variables)),
  );
  return Math.max(...sizes);
}

describe("the functions' environment variables", () => {
  for (const name of ["日".repeat(128), '"'.repeat(128)]) {
    it(`fit into Lambda's 4 KB with names of 128 ${name.charAt(0)}`, async () => {
      expect(await largestEnvironment({ productName: name, companyName: name })).to.be.lessThan(ENVIRONMENT_BYTES);
    });
  }
});
