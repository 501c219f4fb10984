import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { embeddedRun, severities, type Outcome } from "./run-embedded.ts";

const REGION = "eu-west-1";
const ACCOUNT = "123456789012";
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const PRODUCTION = join(import.meta.dirname, "..", "..", "Pulumi.example-prod.yaml");

const everythingOn = {
  alarmEmail: "ann@example.com",
  enableSecurityHub: true,
  permissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/boundary`,
  tags: { owner: "ann" },
  namePrefix: "all-on",
  maintenanceWindows: { [REGION]: ["mw-0123456789abcdef0"] },
  insights: true,
  insightPatchGroups: ["prod"],
  kmsKeys: { [REGION]: KEY },
  tracing: true,
  reservedConcurrency: 5,
  hybridResourceType: "AwsEc2Instance",
  exceptions: [{ patches: { ids: ["KB0"] }, owner: "Ann", reason: "replaced in June", until: "2020-06-30" }],
  // Its days are the general ones.
  deadlineRules: [{ nodes: { patchGroups: ["prod"] }, patchWithinDays: { HIGH: 30 } }],
  notify: { targets: { [REGION]: "arn:aws:events:us-east-1:444455556666:event-bus/tickets" }, from: "2020-01-01" },
  unmanagedInstances: { minimumAgeHours: 48 },
  platformsWithoutBlindSpots: ["Bottlerocket"],
  ...{ ownerTag: "Team", insightOwners: ["payments"] },
};
const everythingOff = { export: false, planOnly: true, tracing: false, insights: false, enableSecurityHub: false };

/** Runs that come to the same findings as one without these settings. */
const harmless = [
  { what: "two Regions", settings: { regions: [REGION, "us-east-1"] } },
  { what: "everything on", settings: everythingOn },
  { what: "a KMS key of one's own", settings: { kmsKeys: { [REGION]: KEY } } },
];
/** Runs in which nothing is looked at. */
const off = [
  { what: "everything off", settings: everythingOff, traced: false },
  { what: "export: false alone", settings: { export: false }, traced: true },
];

describe("the embedded run on a settings file", () => {
  let directory: string;
  let faults: string;
  let plain: Outcome;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "settings-"));
    faults = join(directory, "faults.json");
    const denied = { kind: "error", status: 400, code: "AccessDeniedException" };
    const rule = { service: "ssm", operation: "DescribeInstancePatchStates", from: 1, count: 1, ...denied };
    await writeFile(faults, JSON.stringify([rule]));
    plain = await runWith({});
    expect(plain.open).to.have.lengthOf.at.least(2);
  });
  after(() => rm(directory, { recursive: true }));

  /** A few nodes, their events and a sweep. The first read is denied, so the state machine sends a message too. */
  const runOn = (config: string) => embeddedRun(["--nodes", "8", "--sweep", "--config", config, "--faults", faults]);

  async function runWith(settings: object): Promise<Outcome> {
    const config = join(await mkdtemp(join(directory, "run-")), "stack.yaml");
    const all = Object.entries({ regions: [REGION], ...settings });
    const entries = all.map(([key, value]) => [`patch-manager-findings:${key}`, value] as const);
    await writeFile(config, JSON.stringify({ config: Object.fromEntries(entries) }));
    return runOn(config);
  }

  const accountsForAll = ({ missing, unswept, queues }: Outcome) => {
    expect({ missing, unswept, queues }).to.deep.equal({
      missing: [],
      unswept: [],
      queues: { work: 0, outage: 0, quarantine: 0 },
    });
  };

  for (const { what, settings } of harmless) {
    it(`${what}: the same findings as without`, async () => {
      const outcome = await runWith(settings);
      accountsForAll(outcome);
      expect(severities(outcome.open)).to.deep.equal(severities(plain.open));
      const key = outcome.used.some(({ action, resource }) => action === "kms:GenerateDataKey" && resource === KEY);
      expect(key, "the key was used").to.equal("kmsKeys" in settings);
    });
  }

  it("the production example: the same nodes have findings", async () => {
    const outcome = await runOn(PRODUCTION);
    accountsForAll(outcome);
    expect(Object.keys(severities(outcome.open))).to.deep.equal(Object.keys(severities(plain.open)));
  });

  for (const { what, settings, traced } of off) {
    it(`${what}: no node is checked, and nothing fails`, async () => {
      const outcome = await runWith(settings);
      accountsForAll(outcome);
      expect([outcome.executions, outcome.findings]).to.deep.equal([[], []]);
      expect(outcome.used.some(({ action }) => action.startsWith("xray:"))).to.equal(traced);
    });
  }
});
