import { ServiceError, type Caller, type StandIn } from "../../local/gateway/stand-in.ts";

/** Security Token Service: identifies callers. */
export class SecurityTokens implements StandIn {
  /** @param caller for a role the answer is its session's ARN */
  call(operation: string, _input: Record<string, unknown>, { roleArn, account }: Caller): unknown {
    if (operation !== "GetCallerIdentity") {
      throw new ServiceError("InvalidAction", `The local run does not support ${operation}.`);
    }
    const [, partition = "aws", role] = /^arn:([a-z-]+):iam::\d{12}:role\/(?:.*\/)?([^/]+)$/.exec(roleArn) ?? [];
    if (role === undefined) return { Arn: roleArn, UserId: "AIDAEXAMPLEUSERID0000", Account: account };
    const Arn = `arn:${partition}:sts::${account}:assumed-role/${role}/local`;
    return { Arn, UserId: "AROAEXAMPLEROLEID0000:local", Account: account };
  }
}
