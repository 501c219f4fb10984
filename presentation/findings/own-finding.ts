import { GENERATOR_IDS, PROGRAM } from "../../contract/generators.ts";
import type { FindingView } from "./finding-view.ts";

/**
 * Returns whether this program wrote the finding, in the account and Region that the finding names. Generator, Id and
 * product must agree: another product may use the same generator.
 *
 * @example const ours = views.filter(isOwn);
 */
export function isOwn({ kind, id, productArn, account, region, nodeId }: FindingView): boolean {
  if (kind === "other") return false;
  const suffix = GENERATOR_IDS[kind].slice(PROGRAM.length);
  const product = `:securityhub:${region}:${account}:product/${account}/default`;
  return (
    id === `${PROGRAM}/${region}/${account}/${nodeId}${suffix}` &&
    /^arn:aws[a-z-]*$/.test(productArn.slice(0, -product.length)) &&
    productArn.endsWith(product)
  );
}
