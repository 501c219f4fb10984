import { fileURLToPath } from "node:url";
import * as z from "zod";
import { firstIssue, InputError } from "../../command-line/input-error.ts";
import { readJsonFile } from "../../command-line/json-file.ts";

/** The project's prices and assumptions. Users copy this file for their own prices. */
const DEFAULT_PRICES = fileURLToPath(new URL("./prices.json", import.meta.url));

const amount = z.number().nonnegative();
const price = z.strictObject({ unit: z.string(), usd: amount, free: amount });
const duration = z.strictObject({ perInvocation: amount, perNode: amount });
const range = z.strictObject({ together: amount, oneByOne: amount });

const priceList = z.strictObject({
  /** The source and the date of the prices. */
  source: z.string().min(1),
  /** US dollars per unit, and the number of free units per month. */
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
  /** Values that an embedded run cannot measure. */
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
 * Reads a price list.
 *
 * @param file default: commands/cost/prices.json
 * @throws {InputError} with the first problem in the file
 * @example const { prices } = await readPrices("my-prices.json");
 */
export async function readPrices(file = DEFAULT_PRICES): Promise<PriceList> {
  const parsed = priceList.safeParse(await readJsonFile(file));
  if (parsed.success) return parsed.data;
  throw new InputError(`${file}: ${firstIssue(parsed.error)}; commands/cost/prices.json is an example`);
}
