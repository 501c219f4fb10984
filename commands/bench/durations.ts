/** The durations that the bench assumes. They are not measured in AWS. All are in milliseconds. */

/** From a request to its answer, as a function in the same Region sees it. */
const LATENCIES: Readonly<Record<string, number>> = {
  ssm: 80,
  securityhub: 120,
  ec2: 100,
  sqs: 15,
  states: 30,
  lambda: 15,
};
const OTHER_LATENCY = 50;

/** A Task state and the state before it that decides: two transitions. */
export const TASK_MS = 50;

/** From an event in Systems Manager until its message is in the work queue. */
export const EVENT_DELIVERY_MS = 500;

/**
 * CPU time of one invocation in a warm environment. Cold starts are left out. The rest of an invocation is the latency
 * of its calls.
 */
const CPU: Readonly<Record<string, number>> = {
  dispatch: 20,
  gather: 80,
  evaluate: 20,
  "choose-severity": 10,
  publish: 80,
  redrive: 20,
  sweep: 80,
};
const OTHER_CPU = 30;

export const latencyOf = (service: string): number => LATENCIES[service] ?? OTHER_LATENCY;
export const cpuOf = (entry: string): number => CPU[entry] ?? OTHER_CPU;
