import * as pulumi from "@pulumi/pulumi";

/** One statement of an IAM policy. */
export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource: pulumi.Input<string> | readonly pulumi.Input<string>[];
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, pulumi.Input<string> | pulumi.Input<string[]>>>>
  >;
  readonly Principal?: { readonly Service: string } | "*";
}

/**
 * Returns the JSON of an IAM policy.
 *
 * @example
 * const policy = policyDocument([{ Effect: "Allow", Action: ["states:StartExecution"], Resource: stateMachine.arn }]);
 */
export function policyDocument(statements: readonly Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}

/**
 * Returns the permission to send traces to X-Ray, which has no resource types (Service Authorization Reference).
 *
 * @example
 * const statements = settings.tracing ? [trace()] : [];
 */
export function trace(more: readonly string[] = []): Statement {
  return { Effect: "Allow", Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords", ...more], Resource: "*" };
}

/**
 * Returns a queue's policy: only these EventBridge rules may send to it, and everybody must use TLS.
 *
 * @example
 * new aws.sqs.QueuePolicy(name, { queueUrl: queue.url, policy: queuePolicy(queue.arn, rule.arn) });
 */
export function queuePolicy(
  queueArn: pulumi.Input<string>,
  ruleArns: pulumi.Input<string> | pulumi.Input<string[]>,
): pulumi.Output<string> {
  const fromRules: Statement = {
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: ["sqs:SendMessage"],
    Resource: queueArn,
    Condition: { ArnEquals: { "aws:SourceArn": ruleArns } },
  };
  return policyDocument([fromRules, refusePlainText(queueArn)]);
}

function refusePlainText(queueArn: pulumi.Input<string>): Statement {
  return {
    Effect: "Deny",
    Principal: "*",
    Action: ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"],
    Resource: queueArn,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/**
 * Returns the policy that lets a service assume a role.
 *
 * @example
 * new aws.iam.Role(name, { assumeRolePolicy: trustPolicy("lambda.amazonaws.com") });
 */
export function trustPolicy(service: string, condition?: Statement["Condition"]): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["sts:AssumeRole"],
        Principal: { Service: service },
        ...(condition && { Condition: condition }),
      },
    ],
  });
}
