import { CAUSES, type CauseRow } from "../../contract/causes.ts";
import { PRODUCT_FIELDS } from "../../contract/product-fields.ts";
import { presentOrNothing, textAt, urlAt } from "./finding-fields.ts";

/** What to do about a finding. */
export interface RemedyView {
  /** The words, without the command. */
  readonly text?: string;
  readonly url?: string;
  /** A command of the AWS CLI, for one node. */
  readonly command?: string;
}

/** Returns what to do about a finding, or undefined if it does not say. */
export function remedyView(finding: unknown): RemedyView | undefined {
  const command = textAt(finding, "ProductFields", PRODUCT_FIELDS.remediationCommand);
  const text = textAt(finding, "Remediation", "Recommendation", "Text");
  return presentOrNothing({
    text: command === undefined ? text : text?.replace(` Run: ${command}`, () => ""),
    url: urlAt(finding, "Remediation", "Recommendation", "Url"),
    command,
  });
}

const HAPPENED = new Map(CAUSES.map(({ label, happened }: CauseRow) => [label, happened]));

/**
 * Returns what happened to the node, a sentence for each cause.
 *
 * @example
 * whatHappened(view); // ["The patch baseline approves patches that are not installed."]
 */
export function whatHappened({ causes }: { readonly causes: readonly { readonly cause: string }[] }): string[] {
  return causes.flatMap(({ cause }) => HAPPENED.get(cause) ?? []);
}
