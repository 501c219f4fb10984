import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policy, QUEUE_ARN, SAMPLES } from "../sample-inputs.ts";
import type { Values } from "../values.ts";
import { danglingArns } from "./dangling-arns.ts";
import { moments, readJournal, record } from "./journal.ts";
import { addOutside } from "./outside-resource.ts";

const QUEUE = "aws:sqs/queue:Queue";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const PLACE = { account: "123456789012", region: "eu-west-1" };

describe("the stand-in account as tests see it", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stand-in-views-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const add = (type: string, inputs: Values) => addOutside(folder, { ...PLACE, type, inputs });

  it("names ARNs of resources that do not exist, also inside policies", () => {
    add(ROLE_POLICY, { name: "own", role: "r", policy: policy({ resource: QUEUE_ARN }) });
    add("aws:cloudwatch/eventTarget:EventTarget", { targetId: "t", rule: "r", arn: `${QUEUE_ARN}-other` });
    expect(danglingArns(folder).map(({ arn }) => arn)).to.have.members([QUEUE_ARN, `${QUEUE_ARN}-other`]);
    add(QUEUE, SAMPLES[QUEUE]);
    expect(danglingArns(folder).map(({ arn }) => arn)).to.deep.equal([`${QUEUE_ARN}-other`]);
  });

  it("knows nothing dangling in wildcards, keys and logs", () => {
    const resources = [`${QUEUE_ARN}-*`, "arn:aws:kms:eu-west-1:123456789012:key/k", "*"];
    for (const [index, resource] of resources.entries()) {
      add(ROLE_POLICY, { name: `own-${index}`, role: "r", policy: policy({ resource }) });
    }
    expect(danglingArns(folder)).to.deep.equal([]);
  });

  it("replays the journal moment by moment", () => {
    const queue = { ...PLACE, type: QUEUE, logicalName: "work", urn: "urn", id: "q", key: "q", computed: {} };
    record(folder, { ...queue, operation: "create", inputs: { delaySeconds: 1 } });
    record(folder, { ...queue, operation: "create", key: "p", inputs: {} });
    record(folder, { ...queue, operation: "update", inputs: { delaySeconds: 2 }, changed: ["delaySeconds"] });
    record(folder, { ...queue, operation: "delete", inputs: { delaySeconds: 2 } });
    const seen = Array.from(moments(readJournal(folder)), ({ resources }) =>
      resources.map(({ key, inputs }) => `${key} ${String(inputs["delaySeconds"])}`),
    );
    expect(seen).to.deep.equal([["q 1"], ["q 1", "p undefined"], ["q 2", "p undefined"], ["p undefined"]]);
  });
});
