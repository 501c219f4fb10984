import { expect } from "chai";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { embeddedRun, type Outcome } from "./run-embedded.ts";

const SAMPLE_FLEET = join(import.meta.dirname, "..", "..", "local", "sample-fleet");
const ACCOUNT = "111122223333";

/** A Region of each partition, and what its findings say of the partition: nothing where the format has no word. */
const REGIONS = {
  "eu-west-1": { partition: "aws", said: "aws" },
  "cn-north-1": { partition: "aws-cn", said: "aws-cn" },
  "us-gov-west-1": { partition: "aws-us-gov", said: "aws-us-gov" },
  "eusc-de-east-1": { partition: "aws-eusc", said: undefined },
  "us-iso-east-1": { partition: "aws-iso", said: undefined },
  "us-isob-east-1": { partition: "aws-iso-b", said: undefined },
  "eu-isoe-west-1": { partition: "aws-iso-e", said: undefined },
  "us-isof-south-1": { partition: "aws-iso-f", said: undefined },
} as const;

const finding = z.object({
  ProductArn: z.string(),
  Resources: z.array(z.object({ Id: z.string(), Partition: z.string().optional() })).length(1),
});

describe("the sample fleet in each partition", function () {
  this.timeout(180_000);
  let directory: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "partitions-"));
  });
  after(() => rm(directory, { recursive: true }));

  async function runIn(region: string, partition: string): Promise<Outcome> {
    const fleet = join(directory, region);
    await cp(SAMPLE_FLEET, fleet, { recursive: true });
    await writeFile(join(fleet, "account.json"), JSON.stringify({ AccountId: ACCOUNT, Region: region }));
    const config = join(directory, `${region}.json`);
    // With a key, so that each role needs what KMS asks for in this partition.
    const key = `arn:${partition}:kms:${region}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
    const settings = {
      "patch-manager-findings:regions": [region],
      "patch-manager-findings:kmsKeys": { [region]: key },
    };
    await writeFile(config, JSON.stringify({ config: settings }));
    return embeddedRun(["--fleet", fleet, "--config", config]);
  }

  for (const [region, { partition, said }] of Object.entries(REGIONS)) {
    it(`${partition}: every finding is accepted, with ARNs of the partition`, async () => {
      const run = await runIn(region, partition);
      expect(run.quarantined).to.deep.equal([]);
      expect(run.missing).to.deep.equal([]);
      expect(run.findings).to.have.lengthOf.above(10);
      for (const each of run.findings) {
        const { ProductArn, Resources } = finding.parse(each);
        expect(ProductArn).to.equal(`arn:${partition}:securityhub:${region}:${ACCOUNT}:product/${ACCOUNT}/default`);
        expect(Resources[0]?.Id).to.match(new RegExp(`^arn:${partition}:`));
        expect(Resources[0]?.Partition).to.equal(said);
      }
    });
  }
});
