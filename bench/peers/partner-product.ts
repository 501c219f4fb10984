/** The Security Hub of an account that receives the findings of one partner product. */
import type { Caller, StandIn } from "../../local/gateway/stand-in.ts";

/** A product that sends findings. */
export interface Product {
  /** In ARNs, such as `prowler/prowler`. */
  readonly path: string;
  /** In findings. Security Hub sets it. */
  readonly name: string;
}

type Finding = Readonly<Record<string, unknown>>;

/**
 * Stores the findings of a partner product under the account's default product, because the stand-in of Security Hub
 * knows no other. Callers see the ARN of the partner product only.
 */
export class PartnerProduct implements StandIn {
  readonly #hub: StandIn;
  readonly #product: Product;

  constructor(hub: StandIn, product: Product) {
    this.#hub = hub;
    this.#product = product;
  }

  async call(operation: string, input: Record<string, unknown>, caller: Caller): Promise<unknown> {
    const { account, region } = caller;
    const { path } = this.#product;
    if (operation === "ListEnabledProductsForImport") {
      return { ProductSubscriptions: [`arn:aws:securityhub:${region}:${account}:product-subscription/${path}`] };
    }
    const partner = `arn:aws:securityhub:${region}::product/${path}`;
    const own = `arn:aws:securityhub:${region}:${account}:product/${account}/default`;
    const sent = operation === "BatchImportFindings" ? this.#completed(input) : input;
    const answer = await this.#hub.call(operation, renamed(sent, partner, own), caller);
    return renamed({ answer }, own, partner)["answer"];
  }

  /**
   * Adds the product's name, and removes what Security Hub itself wrote. Prowler archives a finding by importing what
   * GetFindings returned.
   */
  #completed({ Findings: findings, ...rest }: Record<string, unknown>): Record<string, unknown> {
    if (!Array.isArray(findings)) return rest;
    return {
      ...rest,
      Findings: findings.map((finding: Finding) => ({
        ...finding,
        ProductName: this.#product.name,
        ...productFields(finding["ProductFields"]),
      })),
    };
  }
}

function productFields(fields: unknown): { readonly ProductFields?: object } {
  if (typeof fields !== "object" || fields === null) return {};
  return { ProductFields: Object.fromEntries(Object.entries(fields).filter(([key]) => !key.startsWith("aws/"))) };
}

function renamed(value: Record<string, unknown>, from: string, to: string): Record<string, unknown> {
  const text: unknown = JSON.parse(JSON.stringify(value).replaceAll(from, to));
  return text as Record<string, unknown>;
}
