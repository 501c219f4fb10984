/** Evaluates a KMS key policy for a request, as far as that is possible without sending the request. */
import * as z from "zod";
import { matchesGlob } from "../../local/services/iam/iam.ts";
import { parseIfJson } from "../../command-line/json-syntax.ts";

/** `unknown`: the answer depends on a condition key whose value only a real request has. */
type Fit = "yes" | "no" | "unknown";

const strings = z
  .union([z.string(), z.boolean(), z.number(), z.array(z.union([z.string(), z.boolean(), z.number()]))])
  .transform((value) => (Array.isArray(value) ? value : [value]).map(String));
const statementSchema = z.object({
  Effect: z.enum(["Allow", "Deny"]),
  Principal: z.union([z.string(), z.record(z.string(), strings)]).optional(),
  Action: strings.optional(),
  NotAction: strings.optional(),
  Resource: strings.optional(),
  Condition: z.record(z.string(), z.record(z.string(), strings)).optional(),
});
const policySchema = z.object({
  Statement: z
    .union([statementSchema, z.array(statementSchema)])
    .transform((one) => (Array.isArray(one) ? one : [one])),
});
type Statement = z.output<typeof statementSchema>;

/** The use of a key by a service or an account. */
export interface KeyRequest {
  readonly principal: { readonly service: string } | { readonly account: string };
  readonly action: string;
  readonly key: string;
  /** Condition keys in lower case. A value that ends in `*` stands for all values with that prefix. */
  readonly context: Readonly<Record<string, string>>;
}

/** Returns the statements of a key policy, or undefined if the text is not a policy. */
export function parseKeyPolicy(text: string): readonly Statement[] | undefined {
  return policySchema.safeParse(parseIfJson(text)).data?.Statement;
}

/**
 * Returns whether the statements allow a request. An explicit Deny wins over any Allow (IAM User Guide, "Policy evaluation
 * logic"). A possible Deny makes an allowed request `unknown`.
 */
export function allows(statements: readonly Statement[], request: KeyRequest): Fit {
  const fits = (effect: Statement["Effect"]) =>
    statements.filter(({ Effect }) => Effect === effect).map((statement) => fit(statement, request));
  const [allowed, denied] = [best(fits("Allow")), best(fits("Deny"))];
  if (denied === "yes") return "no";
  return denied === "unknown" && allowed === "yes" ? "unknown" : allowed;
}

/**
 * Returns whether a statement allows the request without a condition on the source account. Other accounts could then use
 * the key through the service (IAM User Guide, "The confused deputy problem").
 */
export function isUnbound(statements: readonly Statement[], request: KeyRequest): boolean {
  const bound = /^aws:source(account|arn|orgid|orgpaths)$/i;
  return statements.some(
    (statement) =>
      statement.Effect === "Allow" &&
      fit(statement, request) === "yes" &&
      !Object.values(statement.Condition ?? {}).some((keys) => Object.keys(keys).some((key) => bound.test(key))),
  );
}

function fit(statement: Statement, request: KeyRequest): Fit {
  return worst([
    fitsPrincipal(statement.Principal, request.principal),
    fitsAction(statement, request.action),
    fitsResource(statement.Resource, request.key),
    ...Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => holds(operator, request.context[key.toLowerCase()], values)),
    ),
  ]);
}

/** Compares the principal. It is absent if the statement has a NotPrincipal. */
function fitsPrincipal(principal: Statement["Principal"], asked: KeyRequest["principal"]): Fit {
  if (principal === undefined) return "unknown";
  if (typeof principal === "string") return yes(principal === "*");
  const { AWS: people = [], Service: services = [] } = principal;
  if (people.includes("*")) return "yes";
  if ("service" in asked) return yes(services.includes(asked.service));
  return yes(people.some((each) => each === asked.account || matchesGlob(`arn:*:iam::${asked.account}:root`, each)));
}

function fitsAction({ Action, NotAction }: Statement, asked: string): Fit {
  const isIn = (actions: readonly string[]) =>
    actions.some((action) => matchesGlob(action.toLowerCase(), asked.toLowerCase()));
  if (Action !== undefined) return yes(isIn(Action));
  return NotAction === undefined ? "unknown" : yes(!isIn(NotAction));
}

function fitsResource(resources: Statement["Resource"], key: string): Fit {
  return resources === undefined ? "unknown" : yes(resources.some((resource) => matchesGlob(resource, key)));
}

const OPERATOR = /^(String|Arn|Bool)(Not)?(?:Equals|Like|EqualsIgnoreCase)?(?:IfExists)?$/;

function holds(operator: string, actual: string | undefined, values: readonly string[]): Fit {
  const [, , not] = OPERATOR.exec(operator) ?? [];
  if (actual === undefined || !OPERATOR.test(operator)) return "unknown";
  const isGlob = /Like|Arn/.test(operator);
  const found = best(values.map((value) => matches(value, actual, isGlob)));
  if (not === undefined || found === "unknown") return found;
  return yes(found === "no");
}

function matches(value: string, actual: string, isGlob: boolean): Fit {
  if (!actual.endsWith("*")) return yes(isGlob ? matchesGlob(value, actual) : value === actual);
  const start = actual.slice(0, -1);
  if (isGlob && matchesGlob(value, actual)) return "yes";
  return value.startsWith(start) || (isGlob && matchesGlob(start, value)) ? "unknown" : "no";
}

const yes = (is: boolean): Fit => (is ? "yes" : "no");
/** Combines parts that must all fit. */
export const worst = (fits: readonly Fit[]): Fit =>
  fits.includes("no") ? "no" : fits.includes("unknown") ? "unknown" : "yes";
/** Combines alternatives of which one must fit. */
const best = (fits: readonly Fit[]): Fit =>
  fits.includes("yes") ? "yes" : fits.includes("unknown") ? "unknown" : "no";
