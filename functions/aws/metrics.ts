import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";

/** Counts what happens, in CloudWatch's embedded metric format: a line in the log, no call. */
export interface Counter {
  count(name: string, value?: number): void;
}

/** Namespace and service come from POWERTOOLS_METRICS_NAMESPACE and POWERTOOLS_SERVICE_NAME. */
export function metricsCounter(metrics = new Metrics()): Counter {
  return {
    count: (name, value = 1) => {
      metrics.addMetric(name, MetricUnit.Count, value);
      metrics.publishStoredMetrics();
    },
  };
}
