/** After `pulumi up` events go in and findings come out. The stack is deployed with a profile and a secret address. */
import { expect } from "chai";
import { embeddedRun } from "../../embedded/run-embedded.ts";
import type { Report } from "../../../local/run/report.ts";
import type { Operation, TrialStack } from "../trial/trial-stack.ts";
import * as life from "./live-stacks.ts";
import { runDeployed, sampleFleet } from "./run-deployed.ts";

const ADDRESS = "on-call@secret.example.com";

describe("a deployed stack", function () {
  this.timeout(600_000);
  const stacks = new life.LiveStacks();
  let stack: TrialStack;
  let preview: Operation;
  let fleetAccount: string;
  before(async () => {
    fleetAccount = (await sampleFleet()).account;
    stack = await stacks.create({
      config: { "aws:profile": "deploy", "aws:allowedAccountIds": JSON.stringify([fleetAccount]) },
      environment: { STAND_IN_PROFILES: JSON.stringify({ deploy: fleetAccount }) },
    });
    await stack.configure(life.ownSetting("alarmEmail"), ADDRESS, ["--secret"]);
    preview = await life.success(stack.preview({ flags: ["--diff"] }));
    await life.success(stack.up());
  });
  after(() => stacks.remove());

  it("is in the account of its profile", () => {
    const accounts = life.allResources(stack).map(({ account }) => account);
    expect([...new Set(accounts)]).to.deep.equal([fleetAccount]);
  });

  it("shows a secret alarmEmail neither in its preview nor in its state", async () => {
    expect(preview.stdout).to.include("TopicSubscription").and.include("[secret]");
    expect(JSON.stringify(preview)).to.not.include(ADDRESS);
    expect(JSON.stringify(await stack.state())).to.not.include(ADDRESS);
    // The account got it.
    expect(life.resourceOf(stack, life.TYPES.subscription, "-email").inputs).to.include({ endpoint: ADDRESS });
  });

  it("publishes the same findings as the embedded run of the program", async () => {
    const deployed = await runDeployed(stack.account);
    expect(deployed.denied).to.deep.equal([]);
    expect(deployed.violations ?? []).to.deep.equal([]);
    expect(deployed.queues).to.deep.equal({ work: 0, outage: 0, quarantine: 0 });
    const captured = await embeddedRun([]);
    expect(withoutTimes(deployed)).to.deep.equal(withoutTimes(captured));
    expect(deployed.findings).to.have.lengthOf.at.least(14);
  });
});

/** The runs are not at the same time. */
function withoutTimes({ findings }: Report): unknown {
  const sorted = findings.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  return JSON.parse(JSON.stringify(sorted).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/gu, "TIME"));
}

const idOf = (finding: object): string => ("Id" in finding ? String(finding.Id) : "");
