import { omit } from "../runtime/omit.ts";
import { isPlatform } from "./platform-name.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Returns the verdict without a blind spot if the settings leave the node's platform out.
 *
 * @param platforms beginnings of platform names, compared without case
 * @example
 * withoutLeftOut(verdict, ["Bottlerocket"]);
 */
export function withoutLeftOut(verdict: Verdict, platforms: readonly string[]): Verdict {
  if (!("evidence" in verdict)) return verdict;
  const isLeftOut = isPlatform(verdict.evidence.node?.platformName, platforms);
  return isLeftOut ? { ...omit(verdict, "blindSpot"), leftOut: true } : verdict;
}
