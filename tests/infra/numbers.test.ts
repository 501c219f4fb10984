/** Every number that matters beside the numbers that it depends on. Both sides are read; none is written here again. */
import { expect } from "chai";
import { CALL_LIMITS } from "../../functions/runtime/failure.ts";
import { MAX_CALL_ATTEMPTS as NODE_ATTEMPTS } from "../../functions/systems-manager/managed-nodes.ts";
import { MAX_CALL_ATTEMPTS as HUB_ATTEMPTS } from "../../functions/security-hub/security-hub.ts";
import { MAX_CALL_ATTEMPTS as READ_ATTEMPTS } from "../../functions/systems-manager/systems-manager.ts";
import { RESERVE_MS as START_RESERVE_MS } from "../../functions/step-functions/start-batch.ts";
import { LAST_STARTS_MS, LONGEST_DELAY_SECONDS } from "../../functions/step-functions/start-batches.ts";
import { MAX_CALL_ATTEMPTS as START_ATTEMPTS } from "../../functions/step-functions/start-execution.ts";
import { MAX_NODES } from "../../functions/compliance/reading.ts";
import { RESERVE_MS as DRAIN_RESERVE_MS } from "../../functions/queues/drain.ts";
import { MAX_TURN_ATTEMPTS as TURN_ATTEMPTS, retrySeconds } from "../../functions/work/sweep-turn.ts";
import { MAX_WINDOW_BATCHES } from "../../functions/work/window-cursor.ts";
import { READING_MS } from "../../functions/gather.ts";
import * as redrive from "../../functions/redrive.ts";
import * as sweep from "../../functions/sweep.ts";
import { readSettings } from "../../infra/settings.ts";
import { listOf, objectOf, statesOf, type State } from "../../local/services/step-functions/asl-features.ts";
import { rateSeconds } from "../../local/run/schedule-rate.ts";
import { captureProgram, Program } from "../fixtures/captured-program.ts";

/** Limits that AWS documents. */
const AWS = {
  functionSeconds: 900,
  /** More memory than this adds a second CPU, which one thread cannot use (AWS Lambda Developer Guide). */
  oneCpuMegabytes: 1_769,
  leastMegabytes: 128,
  retentionSeconds: 1_209_600,
  /** Lambda's advice for queues: visibility of six time-outs, and at least five receives. */
  visibilityTimeouts: 6,
  receives: 5,
  /** How far an alarm looks back: with periods shorter than one hour, and otherwise. */
  shortAlarmSeconds: 86_400,
  longAlarmSeconds: 604_800,
  /** How late the native integration may be. */
  nativeSeconds: 7_200,
};

const MACHINE_FUNCTIONS = {
  ResolveWindow: "resolve-window",
  Gather: "gather",
  Evaluate: "evaluate",
  ChooseSeverity: "choose-severity",
  Publish: "publish",
};
const FUNCTIONS = [...Object.values(MACHINE_FUNCTIONS), "dispatch", "redrive", "sweep"];
const seconds = (milliseconds: number): number => milliseconds / 1_000;
/** The longest that one call of the SDK can hang, without the waits between its attempts. */
const hangs = (attempts: number): number => attempts * seconds(CALL_LIMITS.requestHandler.requestTimeout);

/** The largest number that the settings accept. */
function largest(setting: string): number {
  const accepted = (value: number): boolean => {
    try {
      const given = { regions: '["eu-west-1"]', [setting]: String(value) };
      const config = Object.entries(given).map(([key, text]) => [`patch-manager-findings:${key}`, text]);
      readSettings(Object.fromEntries(config) as Record<string, string>);
      return true;
    } catch {
      return false;
    }
  };
  const refused = Array.from({ length: 1_000 }, (_, index) => index + 1).findIndex((value) => !accepted(value));
  return refused;
}

/**
 * The longest that a state can take: each retrier counts its own attempts.
 * @param hanging whether every attempt runs into its time-out; else each fails at once
 */
function longest(state: State, hanging: boolean): number {
  if (state["Type"] === "Wait") return Number(state["Seconds"]);
  if (state["Type"] === "Map") {
    const states = statesOf(objectOf(state["ItemProcessor"]));
    const items = states.reduce((sum, each) => sum + longest(each.state, hanging), 0);
    return Math.ceil(MAX_NODES / Number(state["MaxConcurrency"])) * items;
  }
  if (state["Type"] !== "Task") return 0;
  const retriers = listOf(state["Retry"]).map(objectOf);
  const attempts = retriers.reduce((sum, { MaxAttempts }) => sum + Number(MaxAttempts), 1);
  const waits = retriers.flatMap(({ IntervalSeconds, BackoffRate, MaxDelaySeconds, MaxAttempts }) =>
    Array.from({ length: Number(MaxAttempts) }, (_, retry) =>
      Math.min(Number(IntervalSeconds) * Number(BackoffRate) ** retry, Number(MaxDelaySeconds)),
    ),
  );
  return (hanging ? attempts * Number(state["TimeoutSeconds"]) : 0) + waits.reduce((sum, wait) => sum + wait, 0);
}

/** Name, the smaller number, the larger one; equal is allowed. */
type Relation = readonly [what: string, smaller: number, larger: number];

/** What the captured program says. */
class Numbers {
  readonly #program: Program;
  constructor(program: Program) {
    this.#program = program;
  }
  machine(): State {
    return objectOf(JSON.parse(String(this.#program.one("StateMachine", "").inputs["definition"])));
  }
  task(name: string): number {
    return Number(objectOf(objectOf(this.machine()["States"])[name])["TimeoutSeconds"]);
  }
  timeout = (name: string): number => Number(this.#program.one("Function", name).inputs["timeout"]);
  memory = (name: string): number => Number(this.#program.one("Function", name).inputs["memorySize"]);
  visibility = (name: string): number => Number(this.#program.one("Queue", name).inputs["visibilityTimeoutSeconds"]);
  retention = (name: string): number => Number(this.#program.one("Queue", name).inputs["messageRetentionSeconds"]);
  receives(): number {
    const policy = String(this.#program.one("Queue", "queues-work").inputs["redrivePolicy"]);
    return Number(objectOf(JSON.parse(policy))["maxReceiveCount"]);
  }
  batchingWindow = (): number =>
    Number(this.#program.one("EventSourceMapping", "dispatch-mapping").inputs["maximumBatchingWindowInSeconds"]);
  schedule = (name: string): number =>
    rateSeconds(String(this.#program.one("EventRule", `${name}-schedule`).inputs["scheduleExpression"]));
  threshold = (name: string): number => Number(this.#program.one("MetricAlarm", name).inputs["threshold"]);
  period(name: string): number {
    const { inputs } = this.#program.one("MetricAlarm", name);
    const metric = listOf(inputs["metricQueries"]).map((each) => objectOf(objectOf(each)["metric"]));
    return Number(inputs["period"] ?? metric.find(({ period }) => period !== undefined)?.["period"]);
  }
  lookBack(name: string): number {
    const { inputs } = this.#program.one("MetricAlarm", name);
    return this.period(name) * Number(inputs["evaluationPeriods"]);
  }
}

function functionRelations(now: Numbers): Relation[] {
  const { timeout, memory } = now;
  return [
    ...FUNCTIONS.flatMap((name): Relation[] => [
      [`${name} runs no longer than Lambda lets it`, timeout(name), AWS.functionSeconds],
      [`${name} has the memory that Lambda needs`, AWS.leastMegabytes, memory(name)],
      [`${name} has no memory that it cannot use`, memory(name), AWS.oneCpuMegabytes],
    ]),
    ...Object.entries(MACHINE_FUNCTIONS).flatMap(([state, name]): Relation[] => [
      [`${state} waits for its function's end`, timeout(name) + 1, now.task(state)],
      [`${state} does not wait much longer`, now.task(state), 2 * timeout(name)],
    ]),
    ["a hanging start does not end dispatch", hangs(START_ATTEMPTS), timeout("dispatch")],
    ["a hanging read does not end Gather", hangs(READ_ATTEMPTS), timeout("gather")],
    ["a hanging read ends before the time for reads is up", hangs(READ_ATTEMPTS), seconds(READING_MS)],
    ["Gather returns what it has read", 2 * seconds(READING_MS), timeout("gather")],
    ["a hanging Security Hub does not end Publish", hangs(HUB_ATTEMPTS), timeout("publish")],
  ];
}

function queueRelations(now: Numbers): Relation[] {
  const { timeout, visibility, retention } = now;
  const hidden = (name: string, window: number) => AWS.visibilityTimeouts * timeout(name) + window;
  const retries = Array.from({ length: TURN_ATTEMPTS }, (_, index) => retrySeconds(index + 1));
  return [
    ["the work queue hides messages for dispatch", hidden("dispatch", now.batchingWindow()), visibility("queues-work")],
    ["the sweep's queue hides messages for the sweep", hidden("sweep", 0), visibility("sweep-queue")],
    ["a message gets the receives that Lambda asks for", AWS.receives, now.receives()],
    ["work outlasts the longest wait for a sweep", 3_600 * largest("sweepHours"), retention("queues-work")],
    // A dead letter keeps its first date.
    [
      "a dead letter is renewed before it expires",
      retention("queues-work") + seconds(redrive.RENEW_AFTER_MS),
      retention("queues-outage"),
    ],
    ["a dead letter from the work queue is not old yet", retention("queues-work"), seconds(redrive.RENEW_AFTER_MS)],
    ["quarantine keeps messages as long as SQS can", AWS.retentionSeconds, retention("queues-quarantine")],
    ["the outage queue keeps messages as long as SQS can", AWS.retentionSeconds, retention("queues-outage")],
    ...["work", "outage", "quarantine"].map((name): Relation => [
      `the ${name} queue keeps messages no longer than SQS can`,
      retention(`queues-${name}`),
      AWS.retentionSeconds,
    ]),
    ["a turn of a sweep lasts no longer than the next sweep", retention("sweep-queue"), now.schedule("sweep")],
    ["a turn of a sweep is kept for two more receives", 2 * visibility("sweep-queue"), retention("sweep-queue")],
    ["a turn of a sweep is kept for its longest delay", Math.max(...retries), retention("sweep-queue")],
  ];
}

function runRelations(now: Numbers): Relation[] {
  const { timeout } = now;
  const [redriveReserve, sweepReserve] = [DRAIN_RESERVE_MS, sweep.RESERVE_MS].map(seconds) as [number, number];
  return [
    ["redrive ends before its next run", timeout("redrive"), now.schedule("redrive")],
    ["redrive has time after a hanging probe", hangs(HUB_ATTEMPTS) + redriveReserve, timeout("redrive")],
    ["redrive's reserve outlasts a hanging request", hangs(1), redriveReserve],
    // It hides messages until its own end.
    ["redrive's messages show again before its next run", timeout("redrive"), now.schedule("redrive")],
    ["dispatch's reserve outlasts a hanging request", hangs(1), seconds(START_RESERVE_MS)],
    ["dispatch's last starts outlast a hanging request", hangs(1), seconds(LAST_STARTS_MS)],
    ["dispatch waits longer than it keeps back", 2 * seconds(START_RESERVE_MS + LAST_STARTS_MS), timeout("dispatch")],
    [
      "the sweep's reserve outlasts a page whose two calls hang",
      hangs(NODE_ATTEMPTS) + hangs(READ_ATTEMPTS),
      sweepReserve,
    ],
    ["the sweep has more time than it keeps back", 2 * sweepReserve, timeout("sweep")],
  ];
}

function machineRelations(now: Numbers): Relation[] {
  const machine = now.machine();
  const top = Object.values(objectOf(machine["States"])).map(objectOf);
  const hanging = top.reduce((sum, state) => sum + longest(state, true), 0);
  const timeout = Number(machine["TimeoutSeconds"]);
  const ofWindow = ["ResolveWindow", "SendWindowNodes"].map((name) => objectOf(objectOf(machine["States"])[name]));
  const retrying = ofWindow.reduce((sum, state) => sum + longest(state, false), 0);
  const senders = statesOf(machine).filter(({ state }) => String(state["Resource"]).endsWith(":sqs:sendMessage"));
  return [
    ["a batch that hangs in every call ends before the time-out", hanging, timeout],
    ["so does a whole window while every service is unavailable", MAX_WINDOW_BATCHES * retrying, timeout],
    ["work that hangs comes back while parked work is kept", timeout, now.retention("queues-outage")],
    ...senders.flatMap(({ name, state }): Relation[] => [
      [`${name} outlasts a hanging request`, hangs(1), Number(state["TimeoutSeconds"])],
      [`${name} takes no longer than a function`, Number(state["TimeoutSeconds"]), now.task("Evaluate")],
    ]),
  ];
}

function alarmRelations(now: Numbers): Relation[] {
  const waits = now.timeout("dispatch") + LONGEST_DELAY_SECONDS + largest("batchingWindowSeconds");
  const failing = now.receives() * now.visibility("queues-work");
  return [
    ["every alarm period sees a redrive", now.schedule("redrive"), now.period("old-work")],
    ["latency has a shorter period than its threshold", now.period("latency"), now.threshold("latency")],
    ["latency lets a batching window pass", largest("batchingWindowSeconds") + 1, now.threshold("latency")],
    ["latency complains before the native integration would come", now.threshold("latency"), AWS.nativeSeconds],
    ["work-not-taken lets a failing message leave the queue", failing, now.lookBack("work-not-taken")],
    ["every alarm period sees nodes sent back", waits, now.period("executions-waiting")],
    ["old-work comes after work-not-taken", now.lookBack("work-not-taken"), now.lookBack("old-work")],
    ["old-work looks back no further than CloudWatch", now.lookBack("old-work"), AWS.shortAlarmSeconds],
    ["sweep-missing lets two sweeps pass", 2 * now.schedule("sweep"), now.lookBack("sweep-missing")],
    ["sweep-missing comes before a third", now.lookBack("sweep-missing"), 3 * now.schedule("sweep")],
  ];
}

describe("numbers fit each other", () => {
  const relations = new Map<string, Relation[]>();
  let slowest: Numbers;
  before(async () => {
    const now = new Numbers(new Program(await captureProgram()));
    const settings = Object.fromEntries(["batchingWindowSeconds", "sweepHours"].map((each) => [each, largest(each)]));
    slowest = new Numbers(new Program(await captureProgram(["eu-west-1"], settings)));
    const groups = { functionRelations, queueRelations, runRelations, machineRelations, alarmRelations };
    for (const [name, relationsOf] of Object.entries(groups)) relations.set(name, relationsOf(now));
  });

  for (const group of ["function", "queue", "run", "machine", "alarm"]) {
    it(`of each ${group}`, () => {
      const all = relations.get(`${group}Relations`) ?? [];
      expect(all).to.not.deep.equal([]);
      const wrong = all.filter(([, smaller, larger]) => !(smaller > 0 && smaller <= larger));
      expect(wrong.map(([what, smaller, larger]) => `${what}: ${smaller} <= ${larger}`)).to.deep.equal([]);
    });
  }

  it("under the largest settings too", () => {
    const { timeout, visibility } = slowest;
    const hidden = AWS.visibilityTimeouts * timeout("dispatch") + largest("batchingWindowSeconds");
    expect(visibility("queues-work")).to.be.at.least(hidden);
    expect(slowest.receives() * visibility("queues-work")).to.be.at.most(slowest.lookBack("work-not-taken"));
    expect(slowest.lookBack("sweep-missing")).to.be.at.most(AWS.longAlarmSeconds);
  });
});
