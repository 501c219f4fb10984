import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Variables } from "../../contract/environment.ts";
import {
  ERROR_METRICS,
  PERCENT_METRICS,
  SECONDS_METRICS,
  type CountMetric,
  type DurationMetric,
  type ErrorMetric,
  type GaugeMetric,
} from "../../contract/metrics.ts";
import type * as errors from "./errors.ts";

/** Writes metrics to the log in CloudWatch's embedded metric format. It makes no API call. */
export interface Counter {
  /** Adds `value` (1 if absent) to one metric. */
  count(name: CountMetric, value?: number): void;
  /**
   * Writes several metrics in one line. It leaves out zeros, because CloudWatch bills a metric for each hour in which it
   * has a value.
   *
   * @param durations one value for each event
   */
  record(
    counts: Readonly<Partial<Record<CountMetric, number>>>,
    durations?: Readonly<Partial<Record<DurationMetric, readonly number[]>>>,
  ): void;
  /** Writes several gauges in one line, zeros too: no open finding is also a result. */
  gauge(values: Readonly<Partial<Record<GaugeMetric, number>>>): void;
}

/**
 * Returns the counter of one function.
 *
 * @example
 * metricsCounter(powertoolsMetrics(readEnvironment("gather"))).count("SystemsManagerDenied");
 */
export function metricsCounter(metrics: Metrics): Counter {
  const publish = (): void => {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  };
  const record: Counter["record"] = (counts, durations = {}) => {
    for (const [name, value] of Object.entries(counts)) if (value > 0) metrics.addMetric(name, MetricUnit.Count, value);
    for (const [name, values] of Object.entries(durations)) {
      for (const value of values) metrics.addMetric(name, durationUnit(name), value);
    }
    publish();
  };
  const gauge: Counter["gauge"] = (values) => {
    for (const [name, value] of Object.entries(values)) metrics.addMetric(name, gaugeUnit(name), value);
    publish();
  };
  return { record, gauge, count: (name, value = 1) => record({ [name]: value }) };
}

type Unit = (typeof MetricUnit)[keyof typeof MetricUnit];

/** CloudWatch has no unit for days (API reference, "MetricDatum", Unit). */
function durationUnit(name: string): Unit {
  return SECONDS_METRICS.some((known) => known === name) ? MetricUnit.Seconds : MetricUnit.NoUnit;
}

function gaugeUnit(name: string): Unit {
  return PERCENT_METRICS.some((known) => known === name) ? MetricUnit.Percent : MetricUnit.Count;
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
