/** A stack that meets trouble: failures halfway, a provider that crashes, and people who change its resources. */
import { expect } from "chai";
import { Account, accountEntries } from "../provider/account/account.ts";
import type { AccountEntry } from "../provider/account/account-entry.ts";
import { readJournal } from "../provider/account/journal.ts";
import type { TrialStack } from "../trial/trial-stack.ts";
import * as life from "./live-stacks.ts";

const { TYPES, failure, lines, success, withFaults } = life;
const PREFIX = "patch-findings-eu-west-1";

describe("a stack in trouble", function () {
  this.timeout(600_000);
  const stacks = new life.LiveStacks();
  let stack: TrialStack;
  /** What the crashed provider created without telling the engine. */
  let orphans: readonly string[];
  before(async () => {
    stack = await stacks.create();
  });
  after(() => stacks.remove());
  const account = () => new Account(stack.account, life.ACCOUNT);
  const queues = () => life.resourcesOf(stack, TYPES.queue).map(({ id }) => id);
  /** The settings of all resources, without what the engine never learned of. */
  const settings = () =>
    accountEntries(stack.account)
      .filter(({ type, id }) => !orphans.includes(`${type} ${id}`))
      .map(({ type, id, inputs }) => ({ type, id, inputs }));

  it("leaves one queue too many if the provider crashes before it can tell its name", async () => {
    const crash = { type: TYPES.queue, name: "-outage$", operation: "create", kind: "crash", after: true } as const;
    await failure(stack.up(withFaults(crash)));
    const known = await life.managed(stack);
    orphans = life.existing(stack).filter((each) => !known.includes(each));
    expect(orphans.some((each) => each.includes("-queues-outage-"))).to.equal(true);
  });

  it("stops at a resource that cannot be created", async () => {
    const fault = { type: TYPES.mapping, name: "-dispatch", operation: "create", kind: "fail" } as const;
    const up = await failure(stack.up(withFaults(fault)));
    expect(lines(up.failed)).to.deep.equal([`create EventSourceMapping ${PREFIX}-dispatch-mapping`]);
    expect(life.existing(stack).filter((each) => !orphans.includes(each))).to.have.members(await life.managed(stack));
  });

  it("is completed by the next up, which creates nothing twice", async () => {
    const up = await success(stack.up());
    expect(up.changes.filter(({ op }) => op !== "create")).to.deep.equal([]);
    expect(life.existing(stack)).to.have.members([...(await life.managed(stack)), ...orphans]);
    const created = readJournal(stack.account).filter(({ type, id }) => !orphans.includes(`${type} ${id}`));
    const twice = created.map(({ urn }) => urn).filter((urn, index, all) => all.indexOf(urn) !== index);
    expect(twice).to.deep.equal([]);
    // Nothing refers to the queue that was left over.
    expect(JSON.stringify(settings())).to.not.include(
      orphans
        .find((each) => each.includes("-outage-"))
        ?.split("/")
        .at(-1),
    );
  });

  it("completes an update that failed, and one whose provider crashed after it", async () => {
    const before = queues();
    await stack.configure(life.ownSetting("batchingWindowSeconds"), "60");
    const update = { type: TYPES.queue, name: "-work$", operation: "update" } as const;
    const failed = await failure(stack.up(withFaults({ ...update, kind: "fail" })));
    expect(lines(failed.failed)).to.deep.equal([`update Queue ${PREFIX}-queues-work`]);
    await failure(stack.up(withFaults({ ...update, kind: "crash", after: true })));
    const up = await success(stack.up());
    expect(lines(up.changes)).to.include(`update Queue ${PREFIX}-queues-work`);
    expect(up.changes.filter(({ op }) => op !== "update")).to.deep.equal([]);
    expect(queues()).to.have.members(before);
    expect(life.resourceOf(stack, TYPES.queue, "-work").inputs).to.include({ visibilityTimeoutSeconds: 780 });
    expect(life.resourceOf(stack, TYPES.mapping, "-dispatch-mapping").inputs).to.include({
      maximumBatchingWindowInSeconds: 60,
    });
  });

  describe("after people changed its resources", () => {
    let original: ReturnType<typeof settings>;
    const change = (entry: AccountEntry, inputs: AccountEntry["inputs"]) =>
      account().put({ ...entry, inputs: { ...entry.inputs, ...inputs } });

    it("refresh finds no drift before", async () => {
      expect(lines((await success(stack.refresh())).changes)).to.deep.equal([]);
      original = settings();
    });

    it("refresh sees a changed input, a changed queue policy and a deleted resource", async () => {
      change(life.resourceOf(stack, TYPES.queue, "-queues-quarantine"), { messageRetentionSeconds: 60 });
      const policy = life.resourceOf(stack, TYPES.queuePolicy, "-work");
      change(policy, { policy: String(policy.inputs["policy"]).replace('"Allow"', '"Deny"') });
      account().remove(life.resourceOf(stack, TYPES.alarm, "-quarantine"));
      const refresh = await success(stack.refresh());
      expect(lines(refresh.changes)).to.deep.equal([
        `delete MetricAlarm ${PREFIX}-quarantine`,
        `update Queue ${PREFIX}-queues-quarantine`,
        `update QueuePolicy ${PREFIX}-access-work`,
      ]);
    });

    it("up repairs exactly these", async () => {
      const up = await success(stack.up());
      expect(lines(up.changes)).to.deep.equal([
        `create MetricAlarm ${PREFIX}-quarantine`,
        `update Queue ${PREFIX}-queues-quarantine`,
        `update QueuePolicy ${PREFIX}-access-work`,
      ]);
      const withoutAlarm = (all: ReturnType<typeof settings>) =>
        all.filter(({ id }) => !id.startsWith(`${PREFIX}-quarantine`));
      expect(withoutAlarm(settings())).to.have.deep.members(withoutAlarm(original));
    });

    it("a deleted queue is created again, with everything that refers to it", async () => {
      const lost = life.resourceOf(stack, TYPES.queue, "-queues-work");
      account().remove(lost);
      account().remove(life.resourceOf(stack, TYPES.queuePolicy, "-work"));
      await success(stack.up({ flags: ["--refresh"] }));
      expect(JSON.stringify(settings())).to.not.include(lost.id.split("/").at(-1));
      expect(lines((await success(stack.up({ flags: ["--refresh"] }))).changes)).to.deep.equal([]);
    });
  });

  describe("at its end", () => {
    it("destroy deletes everything that the state knows", async () => {
      await success(stack.destroy());
      expect(life.existing(stack)).to.have.members([...orphans]);
    });
  });
});
