/** The metrics of the Lambda functions: functions/ counts them; the alarms and the dashboard in infra/ show them. */
import type { SeverityLabel } from "./severity.ts";

export const METRICS_NAMESPACE = "PatchManagerFindings";

/** Errors that are counted under their own names. */
export const ERROR_METRICS = [
  /** Security Hub accepts other findings, but keeps failing these. */
  "FindingsNotAccepted",
  /** Publish stopped: Security Hub refused all findings for the same reason. */
  "FindingsRefusedAlike",
  /** Security Hub is not enabled, or the role may not use it. A person must act. */
  "SecurityHubNotEnabled",
  /** Security Hub asked to slow down. */
  "SecurityHubThrottled",
  /** Security Hub is unavailable. */
  "SecurityHubUnavailable",
  /** Publish stopped: a reading was too old to close a finding. */
  "StaleReading",
  /** Gather may not read Systems Manager. A person must act. */
  "SystemsManagerDenied",
] as const;
export type ErrorMetric = (typeof ERROR_METRICS)[number];

/** Metrics that count. */
export const COUNT_METRICS = [
  ...ERROR_METRICS,
  /** Nodes that Evaluate found to be blind spots, open findings included. */
  "BlindSpots",
  /** Blind spot findings that were opened. */
  "BlindSpotsFound",
  /** Nodes about which EC2 gave no answer. */
  "Ec2NotAnswered",
  /** Batches of messages for which dispatch could not list executions, and used no ceiling. A person must act. */
  "ExecutionsNotCounted",
  /** Executions that Step Functions did not start. */
  "ExecutionsNotStarted",
  /** Executions that found no free slot. Their nodes went back to the work queue. */
  "ExecutionsWaiting",
  "FindingsClosed",
  /** Findings that were opened or reopened. */
  "FindingsOpened",
  /** Findings that Security Hub refused for their content. */
  "FindingsRejected",
  /** Findings that were updated or refreshed. */
  "FindingsUpdated",
  /** Messages that redrive left in the outage queue, because their nodes came back after an earlier move. */
  "MessagesBackingOff",
  /** Messages in the outage queue when redrive ran. */
  "MessagesParked",
  /** Messages that redrive moved out of the outage queue. */
  "MessagesRedriven",
  /** Nodes that sweeps compared with their findings. */
  "NodesCompared",
  /** Nodes whose readings were not valid; they went to the quarantine queue. */
  "NodesInvalid",
  /** Nodes whose data was not there yet; they went back to the work queue. */
  "NodesNotReady",
  /** Nodes that sweeps sent to the work queue. */
  "NodesSwept",
  /** Messages that redrive sent again before they expired. */
  "RedriveWaiting",
  /** Filters of compliance summaries that Systems Manager refused. Gather then makes more calls. */
  "SummariesRefused",
  /** Sweeps that reached all managed nodes. */
  "SweepFinished",
  /** Sweeps that did not start, because Security Hub was unavailable. */
  "SweepSkipped",
  /** Sweeps that stopped early. */
  "SweepUnfinished",
  /** Findings whose workflow status Security Hub did not set. */
  "WorkflowRefused",
] as const;
export type CountMetric = (typeof COUNT_METRICS)[number];

/** Metrics in seconds. */
export const SECONDS_METRICS = [
  /** From the end of a patch operation until Security Hub accepted the finding. */
  "OperationToAcceptance",
] as const;
export type SecondsMetric = (typeof SECONDS_METRICS)[number];

/** Metrics in days. */
export const DAYS_METRICS = [
  /** From the opening of a compliance finding until it closed on proof. Removed nodes and blind spots are left out. */
  "DaysToClose",
] as const;
export type DaysMetric = (typeof DAYS_METRICS)[number];

/** Metrics that take one value for each event. */
export type DurationMetric = SecondsMetric | DaysMetric;

/** The gauge of the open compliance findings of each severity. */
export const OPEN_FINDINGS = {
  CRITICAL: "OpenFindingsCritical",
  HIGH: "OpenFindingsHigh",
  MEDIUM: "OpenFindingsMedium",
  LOW: "OpenFindingsLow",
  INFORMATIONAL: "OpenFindingsInformational",
} as const satisfies Readonly<Record<SeverityLabel, string>>;

/**
 * Metrics that say how things are. Each finished sweep writes them once. Open findings are those that are ACTIVE, and
 * neither suppressed nor resolved by a person.
 */
export const GAUGE_METRICS = [
  ...Object.values(OPEN_FINDINGS),
  /** Open compliance findings whose due date has passed. */
  "OpenFindingsOverdue",
  /** Open blind spot findings. */
  "OpenBlindSpots",
  /** Percent of the managed nodes that the sweep found compliant. */
  "CompliantNodes",
] as const;
export type GaugeMetric = (typeof GAUGE_METRICS)[number];

/** Gauges in percent. All others are counts. */
export const PERCENT_METRICS: readonly GaugeMetric[] = ["CompliantNodes"];

export type MetricName = CountMetric | DurationMetric | GaugeMetric;
