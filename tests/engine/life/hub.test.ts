/** The setting enableSecurityHub: a hub that is enabled already must never stop a stack halfway. */
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readJournal } from "../provider/account/journal.ts";
import { addOutside } from "../provider/account/outside-resource.ts";
import type { TrialStack } from "../trial/trial-stack.ts";
import * as life from "./live-stacks.ts";

const { TYPES, failure, lines, success, withFaults } = life;
const HUB = "aws:securityhub/account:Account 123456789012";
const SETTINGS = {
  enableDefaultStandards: true,
  controlFindingGenerator: "STANDARD_CONTROL",
  autoEnableControls: false,
};
/** The deploying role may not ask whether Security Hub is enabled. */
const DENIED = withFaults({
  type: "aws:securityhub/getStandardsControlAssociations:getStandardsControlAssociations",
  name: "",
  operation: "invoke",
  kind: "fail",
});

/** A small program with the hub of this project: other resources take time and show nothing more. */
const HUB_AND_QUEUE = {
  "package.json": JSON.stringify({ name: "trial", type: "module", dependencies: { "@pulumi/aws": "*" } }),
  "infra/security-hub.ts": readFileSync(
    join(import.meta.dirname, "..", "..", "..", "infra", "security-hub.ts"),
    "utf8",
  ),
  "index.ts": `
    import * as aws from "@pulumi/aws";
    import { Config } from "@pulumi/pulumi";
    import { enableSecurityHub } from "./infra/security-hub.ts";

    export default async function program() {
      const provider = { region: "eu-west-1" as const };
      const enabled = new Config("patch-manager-findings").getBoolean("enableSecurityHub");
      if (enabled) await enableSecurityHub({ region: "eu-west-1", provider });
      new aws.sqs.Queue("queue", {}, { provider: new aws.Provider("aws", provider) });
    }
  `,
};

/** Adds a hub that somebody else enabled, with settings of their own. */
const enableOutside = ({ account }: TrialStack) =>
  addOutside(account, { type: TYPES.hub, account: life.ACCOUNT, region: life.REGION, inputs: SETTINGS });
/** Returns what was done to hubs, also those of other stacks in the account. */
const hubOperations = ({ account }: TrialStack) =>
  readJournal(account)
    .filter(({ type }) => type === TYPES.hub)
    .map(({ operation }) => operation);

describe("enableSecurityHub", function () {
  this.timeout(600_000);
  const stacks = new life.LiveStacks();
  after(() => stacks.remove());
  const unchanged = async (stack: TrialStack) => expect(lines((await success(stack.up())).changes)).to.deep.equal([]);

  describe("with a hub that somebody else enabled", () => {
    let stack: TrialStack;
    before(async () => {
      stack = await stacks.create({ config: { enableSecurityHub: "true" } });
      enableOutside(stack);
    });

    it("stops before any other resource if the deploying role may not look it up", async () => {
      const up = await failure(stack.up(DENIED));
      expect(lines(up.failed)).to.deep.equal(["create Account security-hub-eu-west-1"]);
      expect(up.errors.join("\n")).to.include("already subscribed to Security Hub");
      expect(up.warnings.join("\n")).to.include(
        "allow securityhub:ListStandardsControlAssociations, or set enableSecurityHub",
      );
      expect(life.existing(stack)).to.deep.equal([HUB]);
    });

    it("adopts it, and changes none of its settings", async () => {
      const up = await success(stack.up());
      expect(lines(up.changes)).to.include("import Account security-hub-eu-west-1");
      expect(up.warnings).to.deep.equal([]);
      await unchanged(stack);
      expect(hubOperations(stack)).to.deep.equal([]);
      expect(life.resourceOf(stack, TYPES.hub, "").inputs).to.include(SETTINGS);
    });

    it("keeps it in another up that may not look it up", async () => {
      expect(lines((await success(stack.up(DENIED))).changes)).to.deep.equal([]);
    });

    it("keeps it when namePrefix replaces everything else", async () => {
      await stack.configure(life.ownSetting("namePrefix"), "other");
      const up = await success(stack.up());
      expect(lines(up.changes).filter((line) => line.includes(" Account "))).to.deep.equal([]);
      expect(lines(up.changes)).to.include("create Queue other-eu-west-1-queues-work");
      await unchanged(stack);
      expect(hubOperations(stack)).to.deep.equal([]);
    });

    it("leaves only the hub after destroy, and adopts it once more", async () => {
      await success(stack.destroy());
      expect(life.existing(stack)).to.deep.equal([HUB]);
      await success(stack.up());
      expect(hubOperations(stack)).to.deep.equal([]);
    });
  });

  describe("without a hub", () => {
    let stack: TrialStack;
    before(async () => {
      stack = await stacks.create({
        config: { enableSecurityHub: "true" },
        program: HUB_AND_QUEUE,
      });
    });

    it("previews one without a warning", async () => {
      const preview = await success(stack.preview());
      expect(lines(preview.changes)).to.include("create Account security-hub-eu-west-1");
      expect(preview.warnings).to.deep.equal([]);
    });

    it("enables one, also if the deploying role may not look it up", async () => {
      const up = await success(stack.up(DENIED));
      expect(lines(up.changes)).to.include("create Account security-hub-eu-west-1");
      expect(life.resourceOf(stack, TYPES.hub, "").inputs).to.include({ enableDefaultStandards: false });
      await unchanged(stack);
    });

    for (const [change, deploy] of [
      [
        "false and true again",
        async () => {
          await stack.configure(life.ownSetting("enableSecurityHub"), "false");
          await success(stack.up());
          await stack.configure(life.ownSetting("enableSecurityHub"), "true");
          await success(stack.up());
        },
      ],
      [
        "destroy and up again",
        async () => {
          await success(stack.destroy());
          expect(life.existing(stack)).to.deep.equal([HUB]);
          expect((await success(stack.up())).warnings).to.deep.equal([]);
        },
      ],
    ] as const) {
      it(`keeps its own hub: ${change}`, async () => {
        await deploy();
        await unchanged(stack);
        expect(hubOperations(stack)).to.deep.equal(["create"]);
      });
    }
  });
});
