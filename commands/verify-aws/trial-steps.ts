/** The steps of `--write`: what each import of the test finding shows. */
import type { AwsSecurityFinding } from "@aws-sdk/client-securityhub";
import { asAssumed, differs, type Observation } from "./fact.ts";
import { Interrupted, TestFinding, TrialStopped, type TestFindingPorts } from "./test-finding.ts";

/** What the trial saw, and what went wrong. */
export interface Trial {
  readonly id: string;
  /** Fact id -> observation. A fact is missing if its step did not run. */
  readonly observations: ReadonlyMap<string, Observation>;
  readonly interrupted: boolean;
  /** Why the steps ended early. */
  readonly failure?: unknown;
  /** Why the finding may still be ACTIVE. */
  readonly leftBehind?: unknown;
}

type Observe = (factId: string, observation: Observation) => void;
type Step = (finding: TestFinding, observe: Observe) => Promise<void>;

const DAY_MS = 24 * 60 * 60_000;
const TAGS = { "verify-aws": "test" };
const KEPT = { "VerifyAws/Kept": "1" };
const OMITTED = "VerifyAws/Omitted";

/**
 * Imports the test finding, runs all steps, and archives it: also if a step fails or is interrupted.
 *
 * @example const { observations } = await runTrial({ client, scope, now, pause, interrupted });
 */
export async function runTrial(ports: TestFindingPorts): Promise<Trial> {
  const finding = new TestFinding(ports);
  const observations = new Map<string, Observation>();
  const failure = await runSteps(finding, (id, observation) => observations.set(id, observation), ports.interrupted);
  const leftBehind = await errorOf(() => finding.archive());
  return {
    id: finding.id,
    observations,
    interrupted: ports.interrupted.aborted,
    ...(failure !== undefined && !(failure instanceof Interrupted) && { failure }),
    ...(leftBehind !== undefined && { leftBehind }),
  };
}

function runSteps(finding: TestFinding, observe: Observe, interrupted: AbortSignal): Promise<unknown> {
  return errorOf(async () => {
    for (const step of STEPS) {
      if (interrupted.aborted) return;
      await step(finding, observe);
    }
  });
}

async function errorOf(work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error;
  }
}

const titled = (title: string) => ({ Title: `Test finding of verify-aws, please ignore (${title})` });
const has =
  (title: string) =>
  ({ Title }: AwsSecurityFinding): boolean =>
    Title === titled(title).Title;

async function accepted(answer: Promise<string | undefined>, what: string): Promise<void> {
  const code = await answer;
  if (code !== undefined) throw new TrialStopped(`Security Hub did not accept ${what}: ${code}`);
}

async function create(finding: TestFinding, observe: Observe): Promise<void> {
  const ProductFields = { ...KEPT, [OMITTED]: "1" };
  const change = {
    ...titled("first"),
    ProductFields,
    SourceUrl: "https://example.com/",
    Resources: finding.tagged(TAGS),
  };
  await accepted(finding.import({ ...change, UpdatedAt: finding.createdAt }), "the first import");
  const first = await finding.shown(has("first"));
  if (first === undefined) {
    observe("import-shown", differs("not shown within a minute"));
    throw new TrialStopped("GetFindings does not show the test finding");
  }
  observe("import-shown", asAssumed("SuccessCount 1, and shown within a minute"));
  const stored = first.Resources?.at(0)?.Tags ?? {};
  if (!("verify-aws" in stored)) observe("import-tags", differs("the tags of an import were not stored"));
}

const omitting: Step = async (finding, observe) => {
  const CreatedAt = new Date(Date.parse(finding.createdAt) - DAY_MS).toISOString();
  const tagsStored = (await finding.shown(has("first")))?.Resources?.at(0)?.Tags?.["verify-aws"] !== undefined;
  await accepted(
    finding.import({ ...titled("second"), CreatedAt, ProductFields: KEPT }),
    "an import with another CreatedAt",
  );
  const second = await finding.shown(has("second"));
  if (second === undefined) throw new TrialStopped("GetFindings does not show the second import");
  const sameTime = Date.parse(second.CreatedAt ?? "") === Date.parse(finding.createdAt);
  observe("import-created-at", sameTime ? asAssumed("the stored CreatedAt stayed") : differs("CreatedAt changed"));
  const { SourceUrl, ProductFields = {}, Resources: [resource] = [] } = second;
  observe(
    "import-omitted-fields",
    SourceUrl === undefined ? asAssumed("an omitted SourceUrl was cleared") : differs("an omitted SourceUrl stayed"),
  );
  const keyStayed = OMITTED in ProductFields;
  observe("import-omitted-product-fields", keyStayed ? differs("an omitted key stayed") : asAssumed("it was cleared"));
  if (!tagsStored) return;
  const tagStayed = resource?.Tags?.["verify-aws"] !== undefined;
  observe("import-tags", tagStayed ? differs("omitted tags stayed") : asAssumed("tags were stored, then cleared"));
};

const older: Step = async (finding, observe) => {
  const code = await finding.import({ ...titled("older"), UpdatedAt: finding.createdAt });
  if (await finding.becomes(has("older"))) {
    observe("import-older", differs("the older import replaced the newer one", false));
  } else if (code === undefined) {
    observe("import-older", asAssumed("it counted as a success, and changed nothing"));
  } else {
    observe("import-older", differs(`it was reported as failed: ${errorCode(code)}`));
  }
};

const suppressing: Step = async (finding, observe) => {
  await accepted(finding.setWorkflow("SUPPRESSED"), "SUPPRESSED");
  const isSuppressed = ({ Workflow }: AwsSecurityFinding) => Workflow?.Status === "SUPPRESSED";
  if ((await finding.shown(isSuppressed)) === undefined) throw new TrialStopped("SUPPRESSED is not shown");
  const code = await finding.import(titled("suppressed"));
  if (code !== undefined) {
    observe("import-suppressed", differs(`the import was reported as failed: ${errorCode(code)}`));
    return;
  }
  const changed = await finding.shown(has("suppressed"));
  if (changed === undefined) observe("import-suppressed", differs("the import was ignored"));
  else if (isSuppressed(changed)) observe("import-suppressed", asAssumed("updated, and still SUPPRESSED"));
  else observe("import-suppressed", differs("the import changed the workflow status", false));
};

const reopening: Step = async (finding, observe) => {
  await accepted(finding.setWorkflow("RESOLVED"), "RESOLVED");
  const isResolved = ({ Workflow }: AwsSecurityFinding) => Workflow?.Status === "RESOLVED";
  if ((await finding.shown(isResolved)) === undefined) throw new TrialStopped("RESOLVED is not shown");
  await accepted(finding.import({ ...titled("closed"), RecordState: "ARCHIVED" }), "the import that closes it");
  if ((await finding.shown(has("closed"))) === undefined) throw new TrialStopped("the closed finding is not shown");
  await accepted(
    finding.import({ ...titled("open"), RecordState: "ACTIVE", Compliance: { Status: "FAILED" } }),
    "the import that opens it",
  );
  const open = await finding.shown((shown) => has("open")(shown) && shown.Workflow?.Status === "NEW");
  observe("import-reopens", open ? asAssumed("RESOLVED became NEW") : differs("it did not become NEW"));
};

/** Error codes are words of the API. Any other text is left out of the report. */
const errorCode = (code: string): string => (/^[A-Za-z]{1,40}$/.test(code) ? code : "another code");

const STEPS: readonly Step[] = [create, omitting, older, suppressing, reopening];
