/** AWS Organizations as Prowler asks for it: the account is in one organizational unit. */
import type { Fleet } from "../../local/fleet/fleet.ts";
import type { WireRequest, WireResponse } from "../../local/gateway/wire.ts";

const TARGET = "AWSOrganizationsV20161128.";
const UNIT = "ou-ab12-11111111";
const ORGANIZATION = "o-exampleorgid";
const MANAGEMENT_ACCOUNT = "111122223333";

interface Answer {
  readonly operation: string;
  readonly response: WireResponse;
}

/** Returns the answer to a call to AWS Organizations, or undefined for any other request. */
export function answerOrganizations({ headers, body }: WireRequest, { account }: Fleet): Answer | undefined {
  const target = headers["x-amz-target"];
  if (typeof target !== "string" || !target.startsWith(TARGET)) return undefined;
  const operation = target.slice(TARGET.length);
  const result = resultOf(operation, body.includes(UNIT), account);
  const content = result ?? {
    __type: "AccessDeniedException",
    message: `The benchmark does not support ${operation}.`,
  };
  const contentType = { "content-type": "application/x-amz-json-1.1" };
  return {
    operation,
    response: { status: result === undefined ? 400 : 200, headers: contentType, body: JSON.stringify(content) },
  };
}

function resultOf(operation: string, isUnit: boolean, account: string): object | undefined {
  switch (operation) {
    case "DescribeAccount": {
      const Arn = `arn:aws:organizations::${MANAGEMENT_ACCOUNT}:account/${ORGANIZATION}/${account}`;
      return { Account: { Id: account, Arn, Email: "account@example.com", Name: "account", Status: "ACTIVE" } };
    }
    case "ListTagsForResource":
      return { Tags: [] };
    case "ListParents":
      return { Parents: [isUnit ? { Id: "r-ab12", Type: "ROOT" } : { Id: UNIT, Type: "ORGANIZATIONAL_UNIT" }] };
    case "DescribeOrganizationalUnit":
      return { OrganizationalUnit: { Id: UNIT, Name: "workloads" } };
    default:
      return undefined;
  }
}
