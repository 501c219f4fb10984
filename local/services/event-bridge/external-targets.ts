/** Targets of rules outside the program: SNS topics and other event buses. They record what they receive. */
import type { Admission } from "../../gateway/admission.ts";
import { arnParts } from "../../program/resource-inputs.ts";
import { ServiceError, type Caller } from "../../gateway/stand-in.ts";

/** A target outside the program. */
export interface ExternalTarget {
  readonly arn: string;
  /** The role that EventBridge assumes. An SNS topic has a policy instead. */
  readonly roleArn?: string;
}

/** What the targets received. */
export interface Notifications {
  /** In order. */
  readonly deliveries: readonly { readonly targetArn: string; readonly event: unknown }[];
  /** Events that no attempt delivered. They are in the dead-letter queue, if the target has one. */
  readonly failed: number;
}

/**
 * Retries of a delivery. AWS documents 24 hours and 185 attempts, with exponential back-off and jitter, but not the
 * waits: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
const MAX_AGE_MS = 24 * 60 * 60_000;
const MAX_RETRIES = 185;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 8 * 60_000;

const CALLS = { sns: "Publish", events: "PutEvents" } as const;
const TARGET = /^arn:[^:]+:(sns:[^:]+:\d{12}:[^:/]+|events:[^:]+:\d{12}:event-bus\/.+)$/;

/** Every other error of the 400s lasts: no permission, or no such target. EventBridge does not retry it. */
const THROTTLED = 429;

type Outcome = "received" | "refused" | "closed";

/** Returns whether an ARN is that of an SNS topic or of an event bus. */
export const isExternal = (arn: string): boolean => TARGET.test(arn);

/** Delivers events to targets outside the program. */
export class ExternalTargets implements Notifications {
  readonly #admission: Admission;
  readonly #deliveries: Notifications["deliveries"][number][] = [];
  readonly #waits = new Map<NodeJS.Timeout, () => void>();
  #failed = 0;
  #closed = false;

  constructor(admission: Admission) {
    this.#admission = admission;
  }

  get deliveries(): Notifications["deliveries"] {
    return this.#deliveries;
  }

  get failed(): number {
    return this.#failed;
  }

  /** Delivers an event, and tries again if the target fails. @returns whether the target received it */
  async deliver(target: ExternalTarget, text: string, owner: Omit<Caller, "roleArn">): Promise<boolean> {
    const outcome = this.#mayDeliver(target, owner) ? await this.#untilReceived(target) : "refused";
    if (outcome === "received") this.#deliveries.push({ targetArn: target.arn, event: JSON.parse(text) });
    else if (outcome === "refused") this.#failed += 1;
    return outcome !== "refused";
  }

  /** Ends all waits. What was not delivered until now is not delivered. */
  stop(): void {
    this.#closed = true;
    for (const [timer, resolve] of this.#waits) {
      clearTimeout(timer);
      resolve();
    }
  }

  /** EventBridge does not retry without permission. */
  #mayDeliver({ arn, roleArn }: ExternalTarget, owner: Omit<Caller, "roleArn">): boolean {
    if (roleArn === undefined) return true;
    const input = { Entries: [{ EventBusName: arn }] };
    try {
      this.#admission.authorize({ service: "events", operation: "PutEvents", input, caller: { ...owner, roleArn } });
      return true;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return false;
    }
  }

  async #untilReceived({ arn }: ExternalTarget): Promise<Outcome> {
    const started = Date.now();
    for (let retries = 0; retries <= MAX_RETRIES; retries += 1) {
      const outcome = this.#attempt(arn);
      if (outcome !== undefined) return outcome;
      const wait = Math.min(FIRST_WAIT_MS * 2 ** retries, LONGEST_WAIT_MS);
      if (Date.now() + wait - started > MAX_AGE_MS) return "refused";
      await this.#wait(wait);
      if (this.#closed) return "closed";
    }
    return "refused";
  }

  /** @returns undefined if another attempt can help */
  #attempt(arn: string): "received" | "refused" | undefined {
    const service = arnParts(arn).resource.startsWith("event-bus/") ? "events" : "sns";
    const fault = this.#admission.fault(service, CALLS[service]);
    if (fault === undefined) return "received";
    const lasts = fault.kind === "error" && fault.status < 500 && fault.status !== THROTTLED;
    return lasts ? "refused" : undefined;
  }

  #wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waits.delete(timer);
        resolve();
      }, milliseconds);
      this.#waits.set(timer, resolve);
    });
  }
}
