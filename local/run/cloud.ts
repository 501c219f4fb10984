/** The local cloud. It runs the resources of the captured program. */
import { randomUUID } from "node:crypto";
import { Admission, type DeniedCall } from "../gateway/admission.ts";
import type { CapturedResource } from "../program/captured-resource.ts";
import { useClock } from "./clock.ts";
import type { CloudOptions } from "./cloud-options.ts";
import { EventBus } from "../services/event-bridge/event-bus.ts";
import type { Notifications } from "../services/event-bridge/external-targets.ts";
import { EventSourceMapping, mappingSettings } from "../services/lambda/event-source-mapping.ts";
import { statusChangeEvent, type Execution } from "../services/step-functions/execution.ts";
import { functionSettings } from "../services/lambda/function-settings.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { functionCalls, machineCalls } from "../gateway/execution-role-calls.ts";
import { Functions, type InvocationFailure } from "../services/lambda/lambda.ts";
import type { LogSink } from "../services/lambda/lambda-environment.ts";
import { RolePermissions, type UsedPermission } from "../services/iam/permissions.ts";
import { queueSettings } from "../services/sqs/queue-settings.ts";
import { arnParts } from "../program/resource-inputs.ts";
import { addRoles } from "../services/iam/role-settings.ts";
import { sortByType, type SortedGraph } from "../program/sorted-graph.ts";
import { Roles } from "../services/iam/roles.ts";
import { ServiceError, type Caller, type StandIn } from "../gateway/stand-in.ts";
import { isTraced, StepFunctions } from "../services/step-functions/step-functions.ts";
import { Queues, type QueueCounts, type StoredMessage } from "../services/sqs/sqs.ts";
import type { Usage } from "./usage.ts";
import { windowTask, type WindowTask } from "../services/systems-manager/window-tasks.ts";

/** Counters of events. Events that the program's own executions send are included. */
interface Traffic {
  readonly eventsPut: number;
  readonly eventsMatched: number;
}

/** Interval between two checks whether the cloud is idle, in milliseconds. After two in a row it counts as drained. */
const CHECK_INTERVAL_MS = 1_000;

/** A running copy of the captured program. */
export class Cloud {
  readonly #defects: Error[] = [];
  readonly #mappings: EventSourceMapping[] = [];
  readonly #polling: Promise<void>[] = [];
  readonly #windowTasks: WindowTask[] = [];
  readonly #gateway: Gateway;
  readonly #now: () => Date;
  readonly #roles = new Roles();
  readonly #permissions: RolePermissions;
  readonly #admission: Admission;
  readonly #functions: Functions;
  readonly #queues: Queues;
  readonly #bus: EventBus;
  readonly #machines: StepFunctions;
  readonly #releaseClock: () => void;
  #closed = false;

  /** Use {@link startCloud} instead. */
  constructor(options: CloudOptions, graph: SortedGraph, queues: Queues, releaseClock: () => void) {
    const { now, keepPayloads = 0 } = options;
    this.#releaseClock = releaseClock;
    this.#gateway = options.gateway;
    this.#now = now;
    this.#queues = queues;
    this.#permissions = new RolePermissions(this.#roles, (arn) => queues.keyOf(arn));
    this.#admission = new Admission(this.#permissions, options.faults, options.pacing);
    const log = (name: string): LogSink => {
      const sink = options.log?.(name);
      return (text) => {
        sink?.(text);
        this.#machines.onOutput(text);
      };
    };
    this.#functions = new Functions(log, options.pacing);
    const shared = {
      functions: this.#functions,
      queues,
      admission: this.#admission,
      standIn: (service: string, region: string) => options.services[service]?.get(region),
      onDefect: this.#onDefect,
    };
    this.#bus = new EventBus({ ...shared, now });
    this.#machines = new StepFunctions({ services: shared, now, keepPayloads, onStatusChange: this.#onStatusChange });
    this.#deploy(graph);
    this.#serve(options);
    for (const resource of graph.of("aws:lambda/eventSourceMapping:EventSourceMapping")) this.#startMapping(resource);
    this.#bus.startSchedules(options.schedules ?? (() => true));
  }

  /** Puts events on the bus, in order. */
  async putEvents(events: readonly object[]): Promise<void> {
    for (const event of events) await this.#bus.put(event);
  }

  /** Takes an event that an AWS service sends because of the program's calls, such as an import of a finding. */
  emit(event: object, region: string): void {
    if (!this.#closed) this.#bus.emit(event, region).catch(this.#onDefect);
  }

  /**
   * Runs a scheduled rule now, by its resource name, and waits for its targets. @returns whether the rule is enabled
   */
  runSchedule(ruleName: string): Promise<boolean> {
    return this.#bus.runSchedule(ruleName);
  }

  /** Runs the tasks of maintenance windows, each for this window execution. */
  runWindowTasks(windowExecutionId: string): void {
    for (const task of this.#windowTasks) task.run(windowExecutionId);
  }

  /** Tells whether no execution, invocation or delivery is running, and no message waits for a mapping. */
  async idle(): Promise<boolean> {
    const busy = (): boolean =>
      this.#machines.running + this.#functions.running + this.#bus.pending > 0 ||
      this.#mappings.some((mapping) => mapping.busy);
    if (busy()) return false;
    for (const { queueArn } of this.#mappings) {
      if ((await this.#queues.held(queueArn)) > 0) return false;
    }
    return !busy();
  }

  /** Resolves when the cloud was idle at two checks in a row. Rejects at the first defect. */
  async drained(): Promise<void> {
    for (let idleChecks = 0; idleChecks < 2; idleChecks = (await this.idle()) ? idleChecks + 1 : 0) {
      const [defect] = this.defects;
      if (defect !== undefined) throw defect;
      await new Promise((resolve) => setTimeout(resolve, CHECK_INTERVAL_MS));
    }
  }

  counts(queueArn: string): Promise<QueueCounts> {
    return this.#queues.counts(queueArn);
  }

  /** Returns a queue's messages without changing them. */
  peek(queueArn: string): Promise<StoredMessage[]> {
    return this.#queues.peek(queueArn);
  }

  /** The queues, for an operator who receives, sends and deletes messages. */
  get queues(): Pick<Queues, "receive" | "send" | "delete"> {
    return this.#queues;
  }

  executions(): readonly Execution[] {
    return this.#machines.executions();
  }

  /** Stops an execution, as StopExecution does. */
  stopExecution(executionArn: string): void {
    this.#machines.stop(executionArn);
  }

  /** The largest input or output of a state so far, in UTF-8 bytes. */
  get largestStateBytes(): number {
    return this.#machines.largestStateBytes;
  }

  /** Events on the bus since the start. */
  get traffic(): Traffic {
    return this.#bus.traffic;
  }

  /** What SNS topics and other event buses received from the program's rules; undefined without such a target. */
  get notifications(): Notifications | undefined {
    return this.#bus.notifications;
  }

  /**
   * Requests as received, such as `{"ssm:ListComplianceItems": 12}`. Those of the pollers and the bus are not counted.
   */
  get apiCalls(): Record<string, number> {
    return this.#admission.apiCalls;
  }

  /** Usage so far of what AWS bills by quantity. */
  get usage(): Usage {
    const { functions, metrics } = this.#functions.meter;
    const sent = this.notifications && { notifications: this.notifications.deliveries.length };
    return { messages: this.#queues.sent, transitions: this.#machines.transitions, functions, metrics, ...sent };
  }

  /** Returns when a function was invoked last. @param entry its entry file, such as `redrive` */
  readonly lastInvocation = (entry: string): Date | undefined => this.#functions.meter.lastInvocation(entry);

  /** Permissions that the roles had and used, each once. */
  get used(): readonly UsedPermission[] {
    return this.#permissions.used;
  }

  get denied(): readonly DeniedCall[] {
    return this.#admission.denied;
  }

  /** Invocations that ended with an error. */
  get failures(): readonly InvocationFailure[] {
    return this.#functions.failures;
  }

  /** Defects of the local cloud itself. A run with a defect proves nothing. */
  get defects(): readonly Error[] {
    return [...this.#gateway.defects, ...this.#defects];
  }

  /** Stops the cloud, including its timers and sockets. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#bus.stop();
    for (const mapping of this.#mappings) mapping.stop();
    this.#machines.close();
    await this.#queues.close();
    await this.#gateway.close();
    await Promise.all(this.#polling);
    this.#functions.close();
    this.#releaseClock();
  }

  #deploy(graph: SortedGraph): void {
    addRoles(graph, this.#roles);
    for (const resource of graph.of("aws:lambda/function:Function")) {
      const settings = functionSettings(resource);
      const { roleArn, region } = settings;
      const { account } = arnParts(resource.arn);
      this.#permissions.requireTrust(roleArn, "lambda.amazonaws.com", account);
      const accessKeyId = this.#roles.accessKeyFor({ roleArn, functionName: settings.name });
      this.#checkExecutionRole(functionCalls(settings), { roleArn, region, account }, settings.name);
      this.#functions.deploy(settings, { endpoint: this.#gateway.url, accessKeyId });
    }
    for (const resource of graph.of("aws:sfn/stateMachine:StateMachine")) {
      const { account, region } = arnParts(resource.arn);
      const caller = { roleArn: String(resource.inputs["roleArn"]), account, region };
      this.#permissions.requireTrust(caller.roleArn, "states.amazonaws.com", account);
      this.#machines.add(resource);
      this.#checkExecutionRole(machineCalls({ traced: isTraced(resource) }), caller);
    }
    for (const resource of graph.of("aws:ssm/maintenanceWindowTask:MaintenanceWindowTask")) {
      const task = windowTask(resource, { admission: this.#admission, machines: this.#machines });
      this.#permissions.requireTrust(task.roleArn, "ssm.amazonaws.com", arnParts(task.roleArn).account);
      this.#windowTasks.push(task);
    }
    for (const resource of graph.of("aws:cloudwatch/eventRule:EventRule")) this.#bus.addRule(resource);
    for (const target of graph.of("aws:cloudwatch/eventTarget:EventTarget"))
      this.#bus.addTarget(target, this.#permissions);
    for (const resource of graph.of("aws:lambda/permission:Permission")) this.#bus.addInvokePermission(resource);
    for (const resource of graph.of("aws:sqs/queuePolicy:QueuePolicy")) {
      this.#bus.addQueuePolicy(resource, (url) => graph.queueArn(url));
    }
  }

  /**
   * Checks the calls that a service makes with an execution role. A denial is only recorded: functions run without logs
   * and traces.
   */
  #checkExecutionRole(calls: ReturnType<typeof functionCalls>, caller: Caller, functionName?: string): void {
    for (const call of calls) {
      try {
        this.#admission.authorize({ ...call, caller, ...(functionName !== undefined && { functionName }) });
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
      }
    }
  }

  #serve(options: CloudOptions): void {
    const own: Readonly<Record<string, StandIn>> = { sqs: this.#queues, states: this.#machines };
    const [anyFunction] = options.resources.filter((resource) => resource.type === "aws:lambda/function:Function");
    this.#gateway.serve({
      admission: this.#admission,
      account: anyFunction === undefined ? "" : arnParts(anyFunction.arn).account,
      identify: (accessKeyId) => this.#roles.identify(accessKeyId),
      standIn: (service, region) => own[service] ?? options.services[service]?.get(region),
    });
  }

  /** Starts a mapping. If its role cannot poll, Lambda refuses it. Here the run continues and reports a defect. */
  #startMapping(resource: CapturedResource): void {
    const settings = mappingSettings(resource);
    const mapping = new EventSourceMapping(settings, this.#queues, this.#functions);
    if (!settings.enabled) return;
    const { roleArn, name, region, arn } = this.#functions.settings(settings.functionName);
    const caller: Caller = { roleArn, region, account: arnParts(arn).account };
    const input = { QueueUrl: this.#queues.settings(settings.queueArn).url };
    try {
      for (const operation of ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"]) {
        this.#admission.authorize({ service: "sqs", operation, input, caller, functionName: name });
      }
    } catch (error) {
      this.#onDefect(error);
      return;
    }
    this.#mappings.push(mapping);
    this.#polling.push(mapping.poll().catch(this.#onDefect));
  }

  readonly #onDefect = (error: unknown): void => {
    // Errors while the cloud shuts down are not defects.
    if (!this.#closed) this.#defects.push(error instanceof Error ? error : new Error(String(error)));
  };

  readonly #onStatusChange = async (execution: Execution): Promise<void> => {
    if (!this.#closed) await this.#bus.put(statusChangeEvent(execution, randomUUID(), this.#now()));
  };
}

/**
 * Deploys the captured program to this process and starts it.
 * @throws {Error} a resource type, an input or a feature that the local run does not support
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const graph = sortByType(options.resources);
  const settings = graph.of("aws:sqs/queue:Queue").map(queueSettings);
  const releaseClock = useClock(options.pace ?? Infinity);
  let queues: Queues | undefined;
  try {
    queues = await Queues.create(settings);
    return new Cloud(options, graph, queues, releaseClock);
  } catch (error) {
    await queues?.close();
    releaseClock();
    throw error;
  }
}
