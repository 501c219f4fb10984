import { PRODUCT_FIELDS } from "../../contract/product-fields.ts";
import type { Plan } from "../finding/destination.ts";
import { isClosed, type StoredFinding } from "./asff/stored-finding.ts";
import { isSuppressedByUs } from "./asff/workflow-due.ts";
import type { Written } from "./settle-workflow.ts";

/**
 * Returns whether carrying out a plan may change the finding's workflow status: it closes, exceptions accept all its
 * patches, or they did.
 *
 * @param stored the finding before
 */
export function mayChangeStatus({ intent }: Plan, stored: StoredFinding | undefined): boolean {
  if (intent.action === "unchanged") return false;
  if (intent.action === "close") return true;
  const { content } = intent;
  if (content.shows === "due") return content.endsAcceptance;
  const isAccepted = content.shows === "noncompliance" && content.acceptance?.accepted === "all";
  return isAccepted || (stored !== undefined && (wasAccepted(stored) || isSuppressedByUs(stored)));
}

function wasAccepted({ ProductFields }: StoredFinding): boolean {
  return ProductFields?.[PRODUCT_FIELDS.accepted] === "all";
}

/** Returns a finding that was written, as it must be shown before its status changes. */
export function writtenFinding({ id, intent }: Plan, updatedAt: string): Written {
  const isShown = (finding: StoredFinding): boolean =>
    intent.action === "close" ? isClosed(finding) : Date.parse(finding.UpdatedAt ?? "") >= Date.parse(updatedAt);
  return { id, isShown, reason: intent.reason };
}
