import { accountEntries } from "./account.ts";

/** An ARN in the settings of a resource that names no resource of the account. */
export interface DanglingArn {
  readonly type: string;
  readonly logicalName: string;
  readonly arn: string;
}

/** Services whose resources the stand-in keeps. It knows no KMS keys and no managed policies. */
const ARN = /arn:aws[\w-]*:(?:sqs|sns|states|lambda|events|iam):[\w-]*:\d{12}:[\w.:/-]+(?![\w.:/*$-])/gu;
const KEPT = /^arn:aws[\w-]*:(sqs|sns|states:.*:stateMachine|lambda:.*:function|events:.*:rule|iam:.*:role)\b/u;

/**
 * Returns the ARNs that name nothing. AWS accepts most of them, such as a rule's target that does not exist, so that
 * only the first event shows the mistake. ARNs with a wildcard are left out.
 */
export function danglingArns(folder: string): DanglingArn[] {
  const entries = accountEntries(folder);
  const known = new Set(entries.map(({ computed }) => computed["arn"]));
  return entries.flatMap(({ type, logicalName, inputs }) => {
    // Policies are JSON texts in JSON.
    const text = JSON.stringify(inputs).replaceAll(String.raw`\"`, '"');
    const found = new Set(Array.from(text.matchAll(ARN), ([arn]) => arn));
    return [...found].filter((arn) => KEPT.test(arn) && !known.has(arn)).map((arn) => ({ type, logicalName, arn }));
  });
}
