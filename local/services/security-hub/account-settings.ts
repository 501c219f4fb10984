/**
 * An account's Security Hub settings: product subscriptions, standards and their controls, cross-Region aggregation,
 * custom insights.
 */
import * as z from "zod";
import { ServiceError } from "../../gateway/stand-in.ts";

/** One control in an enabled standard. */
interface StandardsControl {
  /** Such as `arn:aws:securityhub:eu-west-1::standards/aws-foundational-security-best-practices/v/1.0.0`. */
  readonly standardsArn: string;
  /** Such as `SSM.2`. */
  readonly controlId: string;
  readonly status: "ENABLED" | "DISABLED";
}

interface FindingAggregator {
  /** The home Region. */
  readonly region: string;
  readonly mode: "ALL_REGIONS" | "ALL_REGIONS_EXCEPT_SPECIFIED" | "SPECIFIED_REGIONS" | "NO_REGIONS";
  /** The linked Regions, or the excluded ones, depending on the mode. */
  readonly regions?: readonly string[];
}

export interface HubSettings {
  /**
   * Ends of the ARNs of the products whose findings are imported. By default: the AWS products that Security Hub
   * enables.
   */
  readonly products?: readonly string[];
  readonly controls?: readonly StandardsControl[];
  readonly aggregator?: FindingAggregator;
  /** Names of custom insights. */
  readonly insights?: readonly string[];
}

interface HubPlace {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

const DEFAULT_PRODUCTS = ["aws/access-analyzer", "aws/guardduty", "aws/ssm-patch-manager"];
/** Products that an account can subscribe to. Security Hub's own are always subscribed. */
const PRODUCT = /^arn:aws[a-z-]*:securityhub:[a-z0-9-]+:[0-9]*:product\/([\w-]+\/[\w-]+)$/;
const AGGREGATOR_ID = "a25bf660-0b1c-4a1c-9a1c-0123456789ab";

const paging = (most: number) => ({
  MaxResults: z.coerce.number().int().min(1).max(most).optional(),
  NextToken: z
    .string()
    .regex(/^\d{1,9}$/)
    .optional(),
});

type Operation = (input: Record<string, unknown>) => unknown;

/** Answers the operations on the settings. Subscriptions can change. */
export class AccountSettings {
  readonly #place: HubPlace;
  readonly #settings: HubSettings;
  readonly #products: Set<string>;
  readonly #operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
    ["ListEnabledProductsForImport", (input) => this.#listEnabledProducts(input)],
    ["EnableImportFindingsForProduct", (input) => this.#enableImport(input)],
    ["DisableImportFindingsForProduct", (input) => this.#disableImport(input)],
    ["ListStandardsControlAssociations", (input) => this.#listControlAssociations(input)],
    ["ListFindingAggregators", (input) => this.#listAggregators(input)],
    ["GetFindingAggregator", (input) => this.#getAggregator(input)],
    ["GetInsights", (input) => this.#getInsights(input)],
  ]);

  constructor(place: HubPlace, settings: HubSettings) {
    this.#place = place;
    this.#settings = settings;
    this.#products = new Set(settings.products ?? DEFAULT_PRODUCTS);
  }

  /** Returns the operation of this name, or undefined if it does not concern these settings. */
  operation(name: string): Operation | undefined {
    return this.#operations.get(name);
  }

  #arn(resource: string, region = this.#place.region): string {
    const { partition, account } = this.#place;
    return `arn:${partition}:securityhub:${region}:${account}:${resource}`;
  }

  #listEnabledProducts(input: unknown): unknown {
    const { page, next } = pageOf([...this.#products], read(paging(100), input));
    return { ProductSubscriptions: page.map((product) => this.#arn(`product-subscription/${product}`)), ...next };
  }

  #enableImport(input: unknown): unknown {
    const { ProductArn } = read({ ProductArn: z.string().regex(/\S/) }, input);
    const [, product] = PRODUCT.exec(ProductArn) ?? [];
    if (product === undefined) throw invalid(`ProductArn ${ProductArn} is not a product`);
    if (this.#products.has(product)) {
      throw new ServiceError("ResourceConflictException", `Already subscribed to ${ProductArn}`, 409);
    }
    this.#products.add(product);
    return { ProductSubscriptionArn: this.#arn(`product-subscription/${product}`) };
  }

  #disableImport(input: unknown): unknown {
    const { ProductSubscriptionArn } = read({ ProductSubscriptionArn: z.string().regex(/\S/) }, input);
    const start = this.#arn("product-subscription/");
    const product = ProductSubscriptionArn.startsWith(start) ? ProductSubscriptionArn.slice(start.length) : "";
    if (!this.#products.delete(product)) throw notFound(`Product subscription ${ProductSubscriptionArn} not found`);
    return {};
  }

  /** Lists one association per enabled standard that has the control. */
  #listControlAssociations(input: unknown): unknown {
    const shape = { SecurityControlId: z.string().regex(/\S/), ...paging(100) };
    const { SecurityControlId, ...request } = read(shape, input);
    const all = (this.#settings.controls ?? []).filter(({ controlId }) => controlId === SecurityControlId);
    const { page, next } = pageOf(all, request);
    const summaries = page.map(({ standardsArn, controlId, status }) => ({
      StandardsArn: standardsArn,
      SecurityControlId: controlId,
      SecurityControlArn: this.#arn(`security-control/${controlId}`),
      AssociationStatus: status,
      StandardsControlTitle: controlId,
      StandardsControlDescription: controlId,
    }));
    return { StandardsControlAssociationSummaries: summaries, ...next };
  }

  #listAggregators(input: unknown): unknown {
    read(paging(100), input);
    const arn = this.#aggregatorArn();
    return { FindingAggregators: arn === undefined ? [] : [{ FindingAggregatorArn: arn }] };
  }

  #getAggregator(input: unknown): unknown {
    const { FindingAggregatorArn } = read({ FindingAggregatorArn: z.string().regex(/\S/) }, input);
    const { aggregator } = this.#settings;
    if (aggregator === undefined || FindingAggregatorArn !== this.#aggregatorArn()) {
      throw notFound(`Finding aggregator ${FindingAggregatorArn} not found`);
    }
    const { region, mode, regions } = aggregator;
    return {
      FindingAggregatorArn,
      FindingAggregationRegion: region,
      RegionLinkingMode: mode,
      ...(regions !== undefined && { Regions: regions }),
    };
  }

  #aggregatorArn(): string | undefined {
    const { aggregator } = this.#settings;
    return aggregator && this.#arn(`finding-aggregator/${AGGREGATOR_ID}`, aggregator.region);
  }

  #getInsights(input: unknown): unknown {
    const { page, next } = pageOf(this.#settings.insights ?? [], read(paging(100), input));
    const insights = page.map((Name) => ({
      InsightArn: this.#arn(`insight/${this.#place.account}/custom/${Name}`),
      Name,
      Filters: {},
      GroupByAttribute: "ResourceId",
    }));
    return { Insights: insights, ...next };
  }
}

const DEFAULT_PAGE = 25;

function pageOf<Item>(
  all: readonly Item[],
  { MaxResults = DEFAULT_PAGE, NextToken }: { MaxResults?: number | undefined; NextToken?: string | undefined },
): { page: Item[]; next: { NextToken?: string } } {
  const start = Number(NextToken ?? 0);
  const end = start + MaxResults;
  return { page: all.slice(start, end), next: end < all.length ? { NextToken: String(end) } : {} };
}

function read<Shape extends z.ZodRawShape>(shape: Shape, input: unknown) {
  const parsed = z.strictObject(shape).safeParse(input);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
  return parsed.data;
}

function invalid(message: string): ServiceError {
  return new ServiceError("InvalidInputException", `Invalid parameter: ${message}`, 400);
}

function notFound(message: string): ServiceError {
  return new ServiceError("ResourceNotFoundException", message, 404);
}
