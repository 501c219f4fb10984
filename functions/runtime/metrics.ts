import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";

/** Counts what happens, in CloudWatch's embedded metric format: a line in the log, no call. */
export interface Counter {
  count(name: string, value?: number): void;
  /**
   * Several metrics in one line; what is 0 is left out, since each metric is paid for by the hours in which it is seen.
   * @param seconds one value for each time that something took
   */
  record(counts: Readonly<Record<string, number>>, seconds?: Readonly<Record<string, readonly number[]>>): void;
}

/** Namespace and service come from POWERTOOLS_METRICS_NAMESPACE and POWERTOOLS_SERVICE_NAME. */
export function metricsCounter(metrics = new Metrics()): Counter {
  const record: Counter["record"] = (counts, seconds = {}) => {
    for (const [name, value] of Object.entries(counts)) if (value > 0) metrics.addMetric(name, MetricUnit.Count, value);
    for (const [name, values] of Object.entries(seconds)) {
      for (const value of values) metrics.addMetric(name, MetricUnit.Seconds, value);
    }
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  };
  return { record, count: (name, value = 1) => record({ [name]: value }) };
}
