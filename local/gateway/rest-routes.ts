/** The REST-JSON operations that the local run knows, by method and path. */

/** The operation of a request, and the input from its path. */
interface RestCall {
  readonly service: string;
  readonly operation: string;
  readonly label: Readonly<Record<string, string>>;
}

interface Route {
  readonly service: string;
  readonly operation: string;
  /** The member that holds the rest of the path, slashes included. */
  readonly greedy?: string;
}

const hub = (operation: string, greedy?: string): Route => ({
  service: "securityhub",
  operation,
  ...(greedy !== undefined && { greedy }),
});

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["POST /findings/import", hub("BatchImportFindings")],
  ["POST /findings", hub("GetFindings")],
  ["PATCH /findings/batchupdate", hub("BatchUpdateFindings")],
  ["GET /accounts", hub("DescribeHub")],
  ["GET /productSubscriptions", hub("ListEnabledProductsForImport")],
  ["POST /productSubscriptions", hub("EnableImportFindingsForProduct")],
  ["GET /associations", hub("ListStandardsControlAssociations")],
  ["GET /findingAggregator/list", hub("ListFindingAggregators")],
  ["POST /insights/get", hub("GetInsights")],
  ["GET /2016-08-19/account-settings", { service: "lambda", operation: "GetAccountSettings" }],
]);

const GREEDY_ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["DELETE /productSubscriptions/", hub("DisableImportFindingsForProduct", "ProductSubscriptionArn")],
  ["GET /findingAggregator/get/", hub("GetFindingAggregator", "FindingAggregatorArn")],
]);

/** Returns the operation of a path, or undefined if no service here has it. */
export function restCall(method: string, pathname: string): RestCall | undefined {
  const line = `${method} ${pathname}`;
  const exact = ROUTES.get(line);
  if (exact !== undefined) return { service: exact.service, operation: exact.operation, label: {} };
  for (const [start, { service, operation, greedy = "" }] of GREEDY_ROUTES) {
    const rest = line.slice(start.length);
    if (line.startsWith(start) && rest !== "") {
      return { service, operation, label: { [greedy]: decodeURIComponent(rest) } };
    }
  }
  return undefined;
}
