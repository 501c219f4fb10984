import { expect } from "chai";
import { CHANGES } from "../../contract/changes.ts";
import { compilePattern } from "../../local/services/event-bridge/event-pattern.ts";
import { isAllowed, parsePolicy } from "../../local/services/iam/iam.ts";
import { ACCOUNT, captureProgram, Program } from "../fixtures/captured-program.ts";

const REGION = "eu-west-1";
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:tickets`;
const BUS = "arn:aws:events:us-east-1:444455556666:event-bus/tickets";
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const PRODUCT = `arn:aws:securityhub:${REGION}:${ACCOUNT}:product/${ACCOUNT}/default`;
const FROM = "2026-12-01T06:00Z";
/** The hour with the most later hours that begin differently. */
const LONGEST = "2000-01-01T01Z";

type Parts = Readonly<Record<string, unknown>>;
const notify = (parts: Parts = {}, target = TOPIC) => ({ targets: { [REGION]: target }, from: FROM, ...parts });

const capture = async (setting?: Parts, more: Parts = {}) =>
  new Program(await captureProgram([REGION], { ...(setting && { notify: setting }), ...more }));

/** An event about a finding of this program that opened after FROM. */
function event(fields: Parts = {}, finding: Parts = {}, envelope: Parts = {}): object {
  const ProductFields = {
    "PatchFindings/Change": "opened",
    "PatchFindings/PeakSeverity": "HIGH",
    "PatchFindings/OpenedAt": "2026-12-01T06:00:00.000Z",
    ...fields,
  };
  const one = { ProductArn: PRODUCT, GeneratorId: "patch-manager-findings", ProductFields, ...finding };
  const detail = { findings: [one] };
  const type = "Security Hub Findings - Imported";
  return { source: "aws.securityhub", "detail-type": type, account: ACCOUNT, region: REGION, detail, ...envelope };
}

const matcherOf = (program: Program) =>
  compilePattern(String(program.one("EventRule", "notify").inputs["eventPattern"]));

describe("notify", () => {
  let topic: Program;
  before(async () => {
    topic = await capture(notify());
  });

  it("adds a rule, its target, a dead-letter queue with its policy, and an alarm, and changes nothing else", async () => {
    const plain = await capture();
    const before = new Map(plain.resources.map((each) => [`${each.type} ${each.name}`, each]));
    const added = topic.resources.filter(({ type, name }) => !before.has(`${type} ${name}`));
    expect(added.map(({ type, name }) => `${type.split(":").at(-1) ?? ""} ${topic.short(name)}`)).to.have.members([
      ...["Notifications notify", "EventRule notify", "EventTarget notify", "Queue notify-dead-letters"],
      ...["QueuePolicy notify", "MetricAlarm notify-undelivered"],
    ]);
    const kept = topic.resources.filter((each) => !added.includes(each));
    expect(kept).to.deep.equal([...before.values()]);
    expect(topic.one("EventTarget", "notify").inputs).to.deep.equal({
      rule: topic.one("EventRule", "notify").id,
      arn: TOPIC,
      deadLetterConfig: { arn: topic.arn("Queue", "notify-dead-letters") },
      region: REGION,
    });
  });

  it("lets the rule send to the dead-letter queue, which is encrypted like the others", async () => {
    const [queue, rule] = [topic.arn("Queue", "notify-dead-letters"), topic.arn("EventRule", "notify")];
    const policy = parsePolicy(String(topic.one("QueuePolicy", "notify").inputs["policy"]));
    const request = (source: string) => ({
      action: "sqs:SendMessage",
      resource: queue,
      principal: { Service: "events.amazonaws.com" },
      context: { "aws:SourceArn": source, "aws:SecureTransport": "true" },
    });
    expect(isAllowed([policy], request(rule)).allowed).to.equal(true);
    expect(isAllowed([policy], request(topic.arn("EventRule", "triggers-command"))).allowed).to.equal(false);
    const withKey = await capture(notify(), { kmsKeys: { [REGION]: KEY } });
    expect(withKey.one("Queue", "notify-dead-letters").inputs["kmsMasterKeyId"]).to.equal(KEY);
  });

  it("adds nothing in a Region without a target", async () => {
    const both = await captureProgram([REGION, "us-east-1"], { notify: notify() });
    expect(
      both.filter(({ name }) => name.includes("notify")).map(({ name }) => name.includes("us-east-1")),
    ).to.not.include(true);
  });

  it("has a role for an event bus, which allows that bus only", async () => {
    const boundary = `arn:aws:iam::${ACCOUNT}:policy/boundary`;
    const program = await capture(notify({}, BUS), { permissionsBoundary: boundary });
    const role = program.one("Role", "notify");
    expect(role.inputs["permissionsBoundary"]).to.equal(boundary);
    expect(program.one("EventTarget", "notify").inputs).to.include({ arn: BUS, roleArn: role.arn });
    const { statements } = parsePolicy(String(program.one("RolePolicy", "notify").inputs["policy"]));
    expect(statements.map(({ actions, resources }) => [actions, resources])).to.deep.equal([
      [["events:PutEvents"], [BUS]],
    ]);
  });

  it("has a pattern below the default quota of 2,048 characters, whatever the settings", async () => {
    const program = await capture(notify({ from: LONGEST, changes: CHANGES, minimumSeverity: "INFORMATIONAL" }));
    const pattern = String(program.one("EventRule", "notify").inputs["eventPattern"]);
    expect(pattern.length).to.be.within(1_000, 2_048);
  });

  const changed: [what: string, event: object, matches: boolean][] = [
    ["a finding that opened", event(), true],
    ["a blind spot", event({}, { GeneratorId: "patch-manager-findings/blind-spot" }), true],
    ...CHANGES.map((change): [string, object, boolean] => [
      change,
      event({ "PatchFindings/Change": change }),
      change !== "refreshed",
    ]),
    ["a low finding that was never higher", event({ "PatchFindings/PeakSeverity": "LOW" }), true],
    ["an informational one", event({ "PatchFindings/PeakSeverity": "INFORMATIONAL" }), false],
    ["one that opened a millisecond earlier", event({ "PatchFindings/OpenedAt": "2026-12-01T05:59:59.999Z" }), false],
    ["one that opened years later", event({ "PatchFindings/OpenedAt": "2031-01-01T00:00:00.000Z" }), true],
    ["one that does not say since when", event({ "PatchFindings/OpenedAt": undefined }), false],
    ["a native finding", event({}, { GeneratorId: "1d3f5a7c-0000-4000-8000-000000000001" }), false],
    ["another product's", event({}, { ProductArn: PRODUCT.replace("product/123", "product/444") }), false],
    ["an aggregated finding of another Region", event({}, { ProductArn: PRODUCT.replace(REGION, "eu-west-2") }), false],
    ["a forwarded event of another account", event({}, {}, { account: "444455556666" }), false],
    ["a custom action", event({}, {}, { "detail-type": "Security Hub Findings - Custom Action" }), false],
  ];
  for (const [what, sent, matches] of changed) {
    it(`${matches ? "matches" : "does not match"} ${what}`, () => {
      expect(matcherOf(topic)(sent)).to.equal(matches);
    });
  }

  it("matches only the chosen changes and severities", async () => {
    const matcher = matcherOf(await capture(notify({ changes: ["closed"], minimumSeverity: "HIGH" })));
    const closed = { "PatchFindings/Change": "closed" };
    expect(
      [event(), event(closed), event({ ...closed, "PatchFindings/PeakSeverity": "MEDIUM" })].map(matcher),
    ).to.deep.equal([false, true, false]);
  });
});
