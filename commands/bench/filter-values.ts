/** Watches, and on request limits, how many values the filters of ListResourceComplianceSummaries take. */
import * as z from "zod";
import { ServiceError, type StandIn } from "../../local/gateway/stand-in.ts";

/** Which filters take only one value: none, the filter ComplianceType, or all. AWS does not document it. */
export type FilterLimit = "none" | "one type" | "one value";

/** What the program asked, and how it was answered. */
export type SeveralValues = "accepted" | "refused" | "accepted and refused" | "not asked";

const OPERATION = "ListResourceComplianceSummaries";
const filtered = z.object({ Filters: z.array(z.object({ Key: z.string(), Values: z.array(z.string()) })) });

/** Systems Manager with such a limit. */
export class LimitedFilters implements StandIn {
  readonly #standIn: StandIn;
  readonly #limit: FilterLimit;
  readonly #answers = new Set<"accepted" | "refused">();

  constructor(standIn: StandIn, limit: FilterLimit) {
    this.#standIn = standIn;
    this.#limit = limit;
  }

  /** Whether requests with several values in a filter were accepted so far. */
  get severalValues(): SeveralValues {
    const [first = "not asked", second] = [...this.#answers].sort();
    return second === undefined ? first : "accepted and refused";
  }

  call(operation: string, input: Record<string, unknown>, caller: Parameters<StandIn["call"]>[2]): unknown {
    const long = operation === OPERATION ? keysWithSeveralValues(input) : [];
    const refused = long.find(
      (key) => this.#limit === "one value" || (this.#limit === "one type" && key === "ComplianceType"),
    );
    if (refused !== undefined) this.#answers.add("refused");
    if (refused !== undefined) throw new ServiceError("InvalidFilter", `The filter ${refused} takes one value.`);
    try {
      const answer = this.#standIn.call(operation, input, caller);
      if (long.length > 0) this.#answers.add("accepted");
      return answer;
    } catch (error) {
      if (long.length > 0) this.#answers.add("refused");
      throw error;
    }
  }
}

function keysWithSeveralValues(input: Record<string, unknown>): string[] {
  const { data } = filtered.safeParse(input);
  return (data?.Filters ?? []).filter(({ Values }) => Values.length > 1).map(({ Key }) => Key);
}
