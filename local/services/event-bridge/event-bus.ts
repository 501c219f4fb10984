/** The default event bus of each Region: rules, their targets, and schedules. */
import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Admission } from "../../gateway/admission.ts";
import type { CapturedResource } from "../../program/captured-resource.ts";
import { compilePattern } from "./event-pattern.ts";
import { ExternalTargets, isExternal, type Notifications } from "./external-targets.ts";
import { isAllowed, parsePolicy, type Policy } from "../iam/iam.ts";
import type { RolePermissions } from "../iam/permissions.ts";
import type { Functions } from "../lambda/lambda.ts";
import { arnParts, readInputs } from "../../program/resource-inputs.ts";
import { rateSeconds } from "../../run/schedule-rate.ts";
import { ServiceError } from "../../gateway/stand-in.ts";
import type { Queues } from "../sqs/sqs.ts";

const SERVICE = "events.amazonaws.com";

const ruleSchema = z
  .strictObject({
    name: z.string().optional(),
    eventPattern: z.string().optional(),
    scheduleExpression: z.string().optional(),
    state: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  })
  .refine((rule) => (rule.eventPattern === undefined) !== (rule.scheduleExpression === undefined), {
    message: "needs either eventPattern or scheduleExpression",
  });

const targetSchema = z.strictObject({
  rule: z.string(),
  arn: z.string(),
  targetId: z.string().optional(),
  input: z.string().optional(),
  roleArn: z.string().optional(),
  deadLetterConfig: z.strictObject({ arn: z.string() }).optional(),
  retryPolicy: z.unknown().optional(),
});

const permissionSchema = z.strictObject({
  action: z.literal("lambda:InvokeFunction"),
  function: z.string(),
  principal: z.string(),
  sourceArn: z.string().optional(),
  statementId: z.string().optional(),
});

const queuePolicySchema = z.strictObject({ queueUrl: z.string(), policy: z.string() });

interface Target {
  readonly arn: string;
  readonly input?: string;
  readonly roleArn?: string;
  readonly deadLetterArn?: string;
}

interface Rule {
  readonly resourceName: string;
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly enabled: boolean;
  readonly matches?: (event: object) => boolean;
  /** Seconds between two runs. */
  readonly every?: number;
  readonly targets: Target[];
}

/** The dependencies of the bus. */
interface EventBusOptions {
  readonly queues: Queues;
  readonly functions: Functions;
  readonly admission: Admission;
  readonly now: () => Date;
  /** Receives errors of deliveries that no caller awaits. */
  readonly onDefect: (error: unknown) => void;
}

/** Matches events with rules, and delivers them to targets that permit it. */
export class EventBus {
  readonly #options: EventBusOptions;
  readonly #rules: Rule[] = [];
  readonly #queuePolicies = new Map<string, Policy>();
  readonly #invokePermissions: z.output<typeof permissionSchema>[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #external: ExternalTargets;
  #eventsPut = 0;
  #eventsMatched = 0;
  #pending = 0;

  constructor(options: EventBusOptions) {
    this.#options = options;
    this.#external = new ExternalTargets(options.admission);
  }

  /** What targets outside the program received; undefined if there are no such targets. */
  get notifications(): Notifications | undefined {
    const exist = this.#rules.some(({ targets }) => targets.some(({ arn }) => isExternal(arn)));
    return exist ? this.#external : undefined;
  }

  /** Deliveries that have not ended yet. */
  get pending(): number {
    return this.#pending;
  }

  /** Events put on the bus since the start, without schedules, and how many of them matched a rule. */
  get traffic(): { readonly eventsPut: number; readonly eventsMatched: number } {
    return { eventsPut: this.#eventsPut, eventsMatched: this.#eventsMatched };
  }

  addRule(resource: CapturedResource): void {
    const inputs = readInputs(resource, ruleSchema);
    const { region, resource: path } = arnParts(resource.arn);
    this.#rules.push({
      resourceName: resource.name,
      name: path.slice(path.indexOf("/") + 1),
      arn: resource.arn,
      region,
      enabled: inputs.state === "ENABLED",
      ...(inputs.eventPattern === undefined ? {} : { matches: compilePattern(inputs.eventPattern) }),
      ...(inputs.scheduleExpression === undefined ? {} : { every: rateSeconds(inputs.scheduleExpression) }),
      targets: [],
    });
  }

  /** @param permissions checks that EventBridge may assume the target's role, if it has one */
  addTarget(resource: CapturedResource, permissions: Pick<RolePermissions, "requireTrust">): void {
    const inputs = readInputs(resource, targetSchema);
    const { roleArn } = inputs;
    if (roleArn !== undefined) permissions.requireTrust(roleArn, SERVICE, arnParts(roleArn).account);
    const rule = this.#rules.find((each) => each.name === inputs.rule && each.region === resource.region);
    if (rule === undefined) throw new Error(`${resource.name} targets rule ${inputs.rule}, which is not in the graph`);
    if (inputs.arn.includes(":sqs:")) this.#options.queues.settings(inputs.arn);
    else if (!isExternal(inputs.arn)) this.#options.functions.settings(inputs.arn);
    if (inputs.deadLetterConfig !== undefined) this.#options.queues.settings(inputs.deadLetterConfig.arn);
    rule.targets.push({
      arn: inputs.arn,
      ...(inputs.input === undefined ? {} : { input: inputs.input }),
      ...(inputs.roleArn === undefined ? {} : { roleArn: inputs.roleArn }),
      ...(inputs.deadLetterConfig === undefined ? {} : { deadLetterArn: inputs.deadLetterConfig.arn }),
    });
  }

  /** @param queueArn the ARN of the queue whose URL the resource names */
  addQueuePolicy(resource: CapturedResource, queueArn: (url: string) => string): void {
    const inputs = readInputs(resource, queuePolicySchema);
    this.#queuePolicies.set(queueArn(inputs.queueUrl), parsePolicy(inputs.policy));
  }

  addInvokePermission(resource: CapturedResource): void {
    const inputs = readInputs(resource, permissionSchema);
    this.#invokePermissions.push({ ...inputs, function: this.#options.functions.settings(inputs.function).arn });
  }

  /**
   * Puts one event on the bus of its Region. If all rules are in one Region, the event goes there, whatever Region it
   * names.
   * @throws {Error} if rules exist in several Regions and the event names none of them
   */
  async put(event: object): Promise<void> {
    const regions = new Set(this.#rules.map((rule) => rule.region));
    const said: unknown = Reflect.get(event, "region");
    const region = regions.size === 1 ? [...regions][0] : said;
    if (typeof region !== "string" || !regions.has(region)) {
      throw new Error(`no rule in Region ${JSON.stringify(said)}; the program has rules in ${[...regions].join(", ")}`);
    }
    const rules = this.#rules.filter((rule) => rule.enabled && rule.region === region && rule.matches?.(event));
    this.#eventsPut += 1;
    if (rules.length > 0) this.#eventsMatched += 1;
    for (const rule of rules) await this.#run(rule, JSON.stringify(event));
  }

  /** Takes an event that an AWS service sends because of the program's calls. {@link traffic} does not count it. */
  async emit(event: object, region: string): Promise<void> {
    const rules = this.#rules.filter((rule) => rule.enabled && rule.region === region && rule.matches?.(event));
    await Promise.all(rules.map((rule) => this.#run(rule, JSON.stringify(event))));
  }

  /** Starts the schedules of the selected rules. */
  startSchedules(selected: (ruleName: string) => boolean): void {
    for (const rule of this.#rules) {
      if (rule.every === undefined || !rule.enabled || !selected(rule.resourceName)) continue;
      const run = (): void => void this.runSchedule(rule.resourceName).catch(this.#options.onDefect);
      this.#timers.push(setInterval(run, rule.every * 1000));
    }
  }

  /**
   * Runs a scheduled rule now, by the name of its resource, and waits for its targets. A disabled rule does not run.
   * @returns whether it ran
   * @throws {Error} if no scheduled rule has this name
   */
  async runSchedule(resourceName: string): Promise<boolean> {
    const rule = this.#rules.find((each) => each.resourceName === resourceName && each.every !== undefined);
    if (rule?.enabled === false) return false;
    if (rule === undefined) throw new Error(`no scheduled rule ${JSON.stringify(resourceName)} is in the graph`);
    const event = {
      version: "0",
      id: randomUUID(),
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account: arnParts(rule.arn).account,
      time: this.#options.now().toISOString().replace(/\.\d+/, ""),
      region: rule.region,
      resources: [rule.arn],
      detail: {},
    };
    await this.#run(rule, JSON.stringify(event));
    return true;
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#external.stop();
  }

  async #run(rule: Rule, event: string): Promise<void> {
    for (const target of rule.targets) {
      const text = target.input ?? event;
      this.#pending += 1;
      try {
        if (isExternal(target.arn)) await this.#deliver(rule, target, text);
        else if (!target.arn.includes(":sqs:")) await this.#invoke(rule, target, text);
        else if (!(await this.#send(rule, target.arn, text))) await this.#deadLetter(rule, target, text);
      } finally {
        this.#pending -= 1;
      }
    }
  }

  /** Sends a message. @returns whether the queue accepted it */
  async #send(rule: Rule, queueArn: string, text: string): Promise<boolean> {
    const policy = this.#queuePolicies.get(queueArn);
    const request = {
      action: "sqs:SendMessage",
      resource: queueArn,
      context: {
        "aws:SourceArn": rule.arn,
        "aws:SourceAccount": arnParts(rule.arn).account,
        "aws:SecureTransport": "true",
      },
      principal: { Service: SERVICE },
    };
    if (policy === undefined || !isAllowed([policy], request).allowed) {
      this.#options.admission.recordDenied({ role: SERVICE, action: request.action, resource: queueArn });
      return false;
    }
    try {
      await this.#options.queues.send(queueArn, text);
      return true;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      // The event's own text is invalid. The bus counts this as a failed delivery.
      if (error.code === "InvalidMessageContents") return false;
      this.#options.onDefect(new Error(`rule ${rule.name} could not send to ${queueArn}: ${error.message}`));
      return false;
    }
  }

  async #deliver(rule: Rule, target: Target, text: string): Promise<void> {
    const { account, region } = arnParts(rule.arn);
    if (!(await this.#external.deliver(target, text, { account, region }))) await this.#deadLetter(rule, target, text);
  }

  async #deadLetter(rule: Rule, target: Target, text: string): Promise<void> {
    if (target.deadLetterArn !== undefined) await this.#send(rule, target.deadLetterArn, text);
  }

  async #invoke(rule: Rule, target: Target, text: string): Promise<void> {
    const allowed = this.#invokePermissions.some(
      (permission) =>
        permission.function === target.arn &&
        permission.principal === SERVICE &&
        (permission.sourceArn === undefined || permission.sourceArn === rule.arn),
    );
    if (allowed) {
      await this.#options.functions.invoke(target.arn, JSON.parse(text)); // The functions record their failures.
      return;
    }
    this.#options.admission.recordDenied({ role: SERVICE, action: "lambda:InvokeFunction", resource: target.arn });
    await this.#deadLetter(rule, target, text);
  }
}
