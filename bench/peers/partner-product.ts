/** The Security Hub of an account that receives the findings of one partner product. */
import type { Caller, StandIn } from "../../local/gateway/stand-in.ts";

/** Names of a product in ARNs, such as `cloud-custodian/cloud-custodian`. */
export type ProductName = string;

/**
 * Stores the findings of a partner product under the account's default product, because the stand-in of Security Hub
 * knows no other. Callers see the ARN of the partner product only.
 */
export class PartnerProduct implements StandIn {
  readonly #hub: StandIn;
  readonly #product: ProductName;

  constructor(hub: StandIn, product: ProductName) {
    this.#hub = hub;
    this.#product = product;
  }

  async call(operation: string, input: Record<string, unknown>, caller: Caller): Promise<unknown> {
    const { account, region } = caller;
    if (operation === "ListEnabledProductsForImport") {
      const subscription = `arn:aws:securityhub:${region}:${account}:product-subscription/${this.#product}`;
      return { ProductSubscriptions: [subscription] };
    }
    const partner = `arn:aws:securityhub:${region}::product/${this.#product}`;
    const own = `arn:aws:securityhub:${region}:${account}:product/${account}/default`;
    const answer = await this.#hub.call(operation, renamed(input, partner, own), caller);
    return renamed({ answer }, own, partner)["answer"];
  }
}

function renamed(value: Record<string, unknown>, from: string, to: string): Record<string, unknown> {
  const text: unknown = JSON.parse(JSON.stringify(value).replaceAll(from, to));
  return text as Record<string, unknown>;
}
