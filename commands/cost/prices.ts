import { fileURLToPath } from "node:url";
import * as z from "zod";
import { firstIssue, InputError } from "../../command-line/input-error.ts";
import { readJsonFile } from "../../command-line/json-file.ts";

/** Prices and assumptions that ship with the project; a copy of it is the base for one's own. */
const OWN_PRICES = fileURLToPath(new URL("./prices.json", import.meta.url));

const amount = z.number().nonnegative();
const price = z.strictObject({ unit: z.string(), usd: amount, free: amount });
const duration = z.strictObject({ perInvocation: amount, perNode: amount });
const range = z.strictObject({ together: amount, oneByOne: amount });

const priceList = z.strictObject({
  /** Where the prices are from, and when they were noted. */
  source: z.string().min(1),
  /** US dollars per unit, and how many units a month cost nothing. */
  prices: z.strictObject({
    eventBridgeEvent: price,
    sqsRequest: price,
    stateTransition: price,
    lambdaRequest: price,
    lambdaGigabyteSecond: price,
    findingIngestion: price,
    logGigabyteIngested: price,
    logGigabyteMonth: price,
    customMetricMonth: price,
    alarmMonth: price,
    dashboardMonth: price,
    trace: price,
  }),
  /** What a local run cannot measure. */
  assumptions: z.strictObject({
    pollersPerEventSourceMapping: amount,
    secondsPerEmptyPoll: z.number().positive(),
    startAndEndTransitionsPerExecution: amount,
    platformLogBytesPerInvocation: amount,
    changedFindingsPerScanPercent: amount.max(100),
    messagesPerNodeAndScan: range,
    requestsPerMessage: range,
    functionMilliseconds: z.record(z.string(), duration),
  }),
});

export type PriceList = z.infer<typeof priceList>;
export type Item = keyof PriceList["prices"];
export type Assumptions = PriceList["assumptions"];

/**
 * @param file the list that ships with the project where it is left out
 * @throws {InputError} naming the first thing in the file that is wrong
 */
export async function readPrices(file = OWN_PRICES): Promise<PriceList> {
  const parsed = priceList.safeParse(await readJsonFile(file));
  if (parsed.success) return parsed.data;
  throw new InputError(`${file}: ${firstIssue(parsed.error)}; commands/cost/prices.json shows the form`);
}
