/** From nothing to a deployed stack: what a colleague can review before it, and what `pulumi up` then makes of it. */
import { expect } from "chai";
import { join } from "node:path";
import { accountEntries } from "../provider/account/account.ts";
import { readJournal } from "../provider/account/journal.ts";
import { DEFAULTS } from "../provider/rules/naming.ts";
import { isUnknown, UNKNOWN, type Values } from "../provider/values.ts";
import type { EventLog, Step } from "../trial/event-log.ts";
import { TrialStack, type Operation } from "../trial/trial-stack.ts";
import { changesOf } from "./changes-of.ts";
import { previewTree } from "./preview-tree.ts";
import { success } from "./live-stacks.ts";

const SETTING = "patch-manager-findings:";
const KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
/** Every setting that adds a resource or a permission. */
const EVERYTHING = {
  [`${SETTING}regions`]: '["eu-west-1"]',
  [`${SETTING}enableSecurityHub`]: "true",
  [`${SETTING}insights`]: "true",
  [`${SETTING}insightPatchGroups`]: '["databases"]',
  [`${SETTING}alarmEmail`]: "platform-team@example.com",
  [`${SETTING}kmsKeys`]: JSON.stringify({ "eu-west-1": KEY }),
  [`${SETTING}maintenanceWindows`]: JSON.stringify({ "eu-west-1": ["mw-0c50858d01abcdef0"] }),
  [`${SETTING}permissionsBoundary`]: "arn:aws:iam::123456789012:policy/workload-boundary",
};
/** What a security reviewer reads. */
const REVIEWED = [
  ...["policy", "assumeRolePolicy", "definition", "dashboardBody", "eventPattern", "redrivePolicy", "dimensions"],
  ...["metricQueries", "environment", "sourceArn", "alarmActions", "taskArn", "serviceRoleArn", "roleArn"],
];
const PREFIX = "patch-findings-eu-west-1";
/** The CLI leaves the last of 100 columns free (pkg/backend/display/tree.go, `clampLine`). */
const TERMINAL_COLUMNS = 99;
/** Its name ends in words of the user's. */
const INSIGHT_OF_GROUP = `${PREFIX}-insights-group-`;
/** Pulumi's suffix, such as 9267a24. */
const SUFFIX_LENGTH = 7;

describe("the first deployment", function () {
  this.timeout(300_000);
  let stack: TrialStack;
  let preview: Operation;
  let another: Operation;
  let up: Operation;
  const state = { afterPreviews: { resources: -1, operations: -1 } };

  before(async () => {
    stack = await TrialStack.create({ config: EVERYTHING });
    const plan = join(stack.directory, "..", "plan.json");
    another = await success(stack.preview());
    preview = await success(stack.preview({ flags: ["--save-plan", plan] }));
    state.afterPreviews = {
      resources: accountEntries(stack.account).length,
      operations: readJournal(stack.account).length,
    };
    up = await stack.up({ flags: ["--plan", plan] });
  });
  after(() => stack.remove());

  it("begins with previews that create nothing in the account", () => {
    expect(state.afterPreviews).to.deep.equal({ resources: 0, operations: 0 });
  });

  it("previews only new resources, in the Region and the account of the stack", () => {
    expect(new Set(preview.changes.map(({ op }) => op))).to.deep.equal(new Set(["create"]));
    const regions = resourcesOf(preview).flatMap(({ inputs }) => inputs["region"] ?? []);
    expect(new Set(regions)).to.deep.equal(new Set(["eu-west-1"]));
  });

  it("shows in the preview every policy, definition, pattern, dimension and variable", () => {
    const seen = resourcesOf(preview).flatMap(({ line, inputs }) =>
      REVIEWED.filter((name) => inputs[name] !== undefined).map((name) => [`${line} ${name}`, inputs[name]] as const),
    );
    expect(seen.filter(([, value]) => containsUnknown(value)).map(([name]) => name)).to.deep.equal([]);
    const kinds = new Set(seen.map(([name]) => name.split(" ").at(-1) ?? ""));
    expect([...kinds].toSorted(), "an input that no resource has is reviewed by nobody").to.deep.equal(
      REVIEWED.toSorted(),
    );
  });

  it("shows in the preview every other input, and the outputs of the stack", () => {
    const unknown = resourcesOf(preview).flatMap(({ line, inputs }) =>
      Object.entries(inputs).flatMap(([name, value]) => (containsUnknown(value) ? [`${line} ${name}`] : [])),
    );
    expect(unknown).to.deep.equal([]);
    expect(preview.stdout).to.include("Outputs:").and.to.include("/patch-findings-eu-west-1-queues-work-");
    expect(preview.stdout).to.not.include("[unknown]");
  });

  it("draws the preview in a terminal of 100 columns with whole names", () => {
    const rows = previewTree(preview).filter(({ name }) => !name.startsWith(INSIGHT_OF_GROUP));
    expect(rows.length).to.be.greaterThan(100);
    const tooWide = rows.filter(({ width }) => width > TERMINAL_COLUMNS);
    expect(tooWide.map(({ name, width }) => `${name}: ${width} columns`)).to.deep.equal([]);
  });

  it("creates with a saved plan exactly what the preview showed, with the same names", async () => {
    await success(up);
    expect(changesOf(up, PREFIX)).to.deep.equal(changesOf(preview, PREFIX));
    const { known, changed } = compared(preview, up);
    expect(known).to.be.greaterThan(500);
    expect(changed).to.deep.equal([]);
  });

  it("changes without a saved plan only the random suffixes of the names", () => {
    const { changed } = compared(preview, another);
    expect(changed, "two previews have other suffixes").to.not.deep.equal([]);
    expect(withoutSuffixes(another)).to.deep.equal(withoutSuffixes(preview));
  });

  it("leaves in the account each resource that the preview showed, and no other", () => {
    const previewed = resourcesOf(preview).map(({ step }) => step.urn);
    const urns = accountEntries(stack.account).map(({ urn }) => urn);
    expect(urns.toSorted()).to.deep.equal(previewed.toSorted());
  });
});

interface Shown {
  readonly step: Step;
  /** Such as "Queue queues-work". */
  readonly line: string;
  readonly inputs: Values;
}

/** Returns the AWS resources of an operation with their inputs. */
function resourcesOf({ changes, resources }: EventLog): Shown[] {
  return changes
    .filter(({ type }) => type.startsWith("aws:"))
    .map((step) => {
      const [line = ""] = changesOf({ changes: [step] }, PREFIX);
      return { step, line: line.slice(line.indexOf(" ") + 1), inputs: resources.get(step.urn)?.inputs ?? {} };
    });
}

/** Unknown values may be deep in a value, or in the middle of a JSON text. */
const containsUnknown = (value: unknown): boolean => JSON.stringify(value).includes(UNKNOWN);

/** Compares the inputs that the first operation knows with those of the second. */
function compared(one: Operation, other: Operation): { known: number; changed: string[] } {
  const pairs = resourcesOf(one).flatMap(({ step, line, inputs }) =>
    Object.entries(inputs)
      .filter(([, value]) => !isUnknown(value))
      .map(([name, value]) => [`${line} ${name}`, value, other.resources.get(step.urn)?.inputs[name]] as const),
  );
  const changed = pairs.filter(([, value, now]) => JSON.stringify(value) !== JSON.stringify(now));
  return { known: pairs.length, changed: changed.map(([name]) => name) };
}

/** Returns the inputs of all resources by URN, without the random suffixes that Pulumi gave their names. */
function withoutSuffixes(operation: Operation): Record<string, string> {
  const shown = resourcesOf(operation);
  const suffixes = shown.flatMap(({ inputs }) => {
    const chosen = (inputs[DEFAULTS] ?? []) as readonly string[];
    return chosen.map((name) => String(inputs[name]).slice(-SUFFIX_LENGTH));
  });
  const any = new RegExp(`-(${suffixes.join("|")})\\b`, "g");
  return Object.fromEntries(shown.map(({ step, inputs }) => [step.urn, JSON.stringify(inputs).replaceAll(any, "-*")]));
}
