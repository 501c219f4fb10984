import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Variables } from "../../contract/environment.ts";
import { ERROR_METRICS, type CountMetric, type ErrorMetric, type SecondsMetric } from "../../contract/metrics.ts";
import type * as errors from "./errors.ts";

/** Writes metrics to the log in CloudWatch's embedded metric format. It makes no API call. */
export interface Counter {
  /** Adds `value` (1 if absent) to one metric. */
  count(name: CountMetric, value?: number): void;
  /**
   * Writes several metrics in one line. It leaves out zeros, because CloudWatch bills a metric for each hour in which it
   * has a value.
   *
   * @param seconds one value for each duration
   */
  record(
    counts: Readonly<Partial<Record<CountMetric, number>>>,
    seconds?: Readonly<Partial<Record<SecondsMetric, readonly number[]>>>,
  ): void;
}

/**
 * Returns the counter of one function.
 *
 * @example
 * metricsCounter(powertoolsMetrics(readEnvironment("gather"))).count("SystemsManagerDenied");
 */
export function metricsCounter(metrics: Metrics): Counter {
  const record: Counter["record"] = (counts, seconds = {}) => {
    for (const [name, value] of Object.entries(counts)) if (value > 0) metrics.addMetric(name, MetricUnit.Count, value);
    for (const [name, values] of Object.entries(seconds)) {
      for (const value of values) metrics.addMetric(name, MetricUnit.Seconds, value);
    }
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  };
  return { record, count: (name, value = 1) => record({ [name]: value }) };
}

/**
 * Returns Powertools' metrics with the namespace and the service of the deployment.
 *
 * @example
 * const metrics = powertoolsMetrics(readEnvironment("gather"));
 */
export function powertoolsMetrics(
  environment: Pick<Variables, "POWERTOOLS_METRICS_NAMESPACE" | "POWERTOOLS_SERVICE_NAME">,
): Metrics {
  return new Metrics({
    namespace: environment.POWERTOOLS_METRICS_NAMESPACE,
    serviceName: environment.POWERTOOLS_SERVICE_NAME,
  });
}

type ErrorName = InstanceType<(typeof errors)[keyof typeof errors]>["name"];

/** The compiler checks that each is the name of an error class. */
const COUNTED: readonly (ErrorMetric & ErrorName)[] = ERROR_METRICS;

/**
 * Counts an error under its own name, if that name is in `ERROR_METRICS`. Otherwise does nothing.
 *
 * @example
 * countError(new StaleReading("..."), counter); // StaleReading: 1
 */
export function countError(error: unknown, counter: Pick<Counter, "count">): void {
  const name = COUNTED.find((known) => error instanceof Error && error.name === known);
  if (name !== undefined) counter.count(name);
}
