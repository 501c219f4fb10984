import { GetAccountSettingsCommand } from "@aws-sdk/client-lambda";
import { paginateGetInsights } from "@aws-sdk/client-securityhub";
import { FUNCTION_NAMES } from "../../infra/parts/bundles.ts";
import type { Settings } from "../../infra/settings.ts";
import { CAUSES } from "../../contract/causes.ts";
import { counted } from "../../contract/counted.ts";
import type { Account } from "./account.ts";
import type { Check, Judgement } from "./check.ts";
import { whileOn, type HubState } from "./security-hub.ts";

/** Lambda keeps at least this concurrency unreserved (Lambda Developer Guide, "Configuring reserved concurrency"). */
const LEAST_UNRESERVED = 100;
/** Custom insights per account and Region (Security Hub, "Quotas"). */
const MAX_INSIGHTS = 100;
/** Number of the program's insights without those of patch groups and owners: by severity, due, and by cause. */
export const PLAIN_INSIGHTS = 3 + CAUSES.filter((cause) => "insight" in cause).length;
/** Prefix of the names of the program's insights. */
const OWN_INSIGHT = "Patch Manager Findings: ";

/** The account's Lambda concurrency, in concurrent executions. */
interface Concurrency {
  readonly limit: number;
  readonly unreserved: number;
}

/** Judges whether the account has enough Lambda concurrency for the settings. */
export function judgeConcurrency(
  { limit, unreserved }: Concurrency,
  { maximumConcurrency, reservedConcurrency }: Pick<Settings, "maximumConcurrency" | "reservedConcurrency">,
): Judgement {
  const found = `${counted(limit, "concurrent execution")}, ${unreserved} of them unreserved`;
  const raise = "ask for a higher Lambda quota (Concurrent executions)";
  if (reservedConcurrency !== undefined) {
    const wanted = reservedConcurrency * FUNCTION_NAMES.length;
    const sum = `reservedConcurrency ${reservedConcurrency} for ${counted(FUNCTION_NAMES.length, "function")} needs ${wanted}, and ${LEAST_UNRESERVED} must stay unreserved`;
    if (limit - LEAST_UNRESERVED < wanted) {
      return { result: "problem", found: `${found}; ${sum}`, advice: `Remove reservedConcurrency, or ${raise}.` };
    }
    if (unreserved - LEAST_UNRESERVED < wanted) {
      const advice = `Fine if the stack is deployed already. If not, lower it, or ${raise}.`;
      return { result: "note", found: `${found}; ${sum}`, advice };
    }
    return { result: "ok", found: `${found}; ${sum}` };
  }
  const wanted = `maximumConcurrency ${maximumConcurrency}`;
  if (unreserved < maximumConcurrency) {
    const advice = `Lower maximumConcurrency, or ${raise}.`;
    return { result: "problem", found: `${found}; fewer than ${wanted}`, advice };
  }
  if (unreserved >= LEAST_UNRESERVED) return { result: "ok", found: `${found}; ${wanted}` };
  const advice = `All functions of the account share them, and throttled invocations are delayed: ${raise}.`;
  return { result: "note", found: `${found}; ${wanted}`, advice };
}

/**
 * Judges whether the program's insights fit the quota.
 *
 * @param names of all existing custom insights
 * @param named number of patch groups and owners that have an insight
 */
export function judgeInsights(names: readonly string[], named: number): Judgement {
  const others = names.filter((name) => !name.startsWith(OWN_INSIGHT)).length;
  const wanted = PLAIN_INSIGHTS + named;
  const found = `${counted(names.length, "custom insight")}, ${names.length - others} of them of this program; it needs ${wanted} of ${MAX_INSIGHTS}`;
  if (others + wanted <= MAX_INSIGHTS) return { result: "ok", found };
  return { result: "problem", found, advice: "Delete insights, or set insights: false." };
}

async function readConcurrency({ clients }: Account): Promise<Concurrency> {
  const { AccountLimit } = await clients.lambda.send(new GetAccountSettingsCommand({}));
  const { ConcurrentExecutions: limit = 0, UnreservedConcurrentExecutions: unreserved = 0 } = AccountLimit ?? {};
  return { limit, unreserved };
}

async function readInsights({ clients }: Account): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateGetInsights({ client: clients.hub, pageSize: 100 }, {})) {
    for (const { InsightArn = "", Name = "" } of page.Insights ?? []) {
      // Managed insights do not count against the quota.
      if (InsightArn.includes("/custom/")) names.push(Name);
    }
  }
  return names;
}

/** Returns the checks of the Lambda and Security Hub quotas. */
export function quotaChecks(account: Account, hub: () => Promise<HubState>): Check[] {
  const { settings } = account;
  const concurrency: Check = {
    name: "Lambda concurrency",
    needs: ["lambda:GetAccountSettings"],
    run: async () => judgeConcurrency(await readConcurrency(account), settings),
  };
  const named = settings.insightPatchGroups.length + settings.insightOwners.length;
  const insights: Check = {
    name: "insights",
    needs: ["securityhub:GetInsights"],
    run: whileOn(hub, async () => judgeInsights(await readInsights(account), named)),
  };
  return settings.insights ? [concurrency, insights] : [concurrency];
}
