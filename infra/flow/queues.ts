import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../parts/component.ts";
import type { AccountScope } from "../parts/account-scope.ts";
import { queueArn } from "../parts/arns.ts";
import { visibilityTimeoutSeconds } from "../parts/queue-consumer.ts";
import { queueEncryption } from "../parts/queue-key.ts";
import type { Settings } from "../settings.ts";

interface QueuesArgs {
  /** Time-out of the function that consumes the work queue. */
  readonly dispatchTimeoutSeconds: number;
  readonly scope: AccountScope;
  readonly settings: Settings;
}

const DAY_SECONDS = 24 * 60 * 60;
const WORK_RETENTION_SECONDS = 4 * DAY_SECONDS;
/** The maximum of SQS. A dead letter keeps its first date, so the outage queue must keep messages longer than work. */
const LONGEST_RETENTION_SECONDS = 14 * DAY_SECONDS;
const MAX_RECEIVES = 5;

/**
 * Creates the three encrypted queues: work for nodes to check, outage for nodes to retry, and quarantine for messages
 * that need a person.
 *
 * @example
 * const queues = new Queues(`${name}-queues`, { dispatchTimeoutSeconds: 120, scope, settings }, { parent: this });
 */
export class Queues extends Component {
  readonly work: aws.sqs.Queue;
  readonly outage: aws.sqs.Queue;
  readonly quarantine: aws.sqs.Queue;

  readonly #logicalName: string;

  constructor(name: string, args: QueuesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flow:Queues", name, opts);
    const { dispatchTimeoutSeconds, scope, settings } = args;
    const parent = { parent: this };
    const encryption = queueEncryption(settings, scope);
    const longest = { ...encryption, messageRetentionSeconds: LONGEST_RETENTION_SECONDS };
    this.outage = new aws.sqs.Queue(`${name}-outage`, longest, parent);
    this.quarantine = new aws.sqs.Queue(`${name}-quarantine`, longest, parent);
    this.work = new aws.sqs.Queue(
      `${name}-work`,
      {
        ...encryption,
        messageRetentionSeconds: WORK_RETENTION_SECONDS,
        visibilityTimeoutSeconds: visibilityTimeoutSeconds(dispatchTimeoutSeconds, settings.batchingWindowSeconds),
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: queueArn(scope, this.outage),
          maxReceiveCount: MAX_RECEIVES,
        }),
      },
      parent,
    );
    this.#logicalName = name;
    this.registerOutputs({});
  }

  /**
   * Returns the name with the suffix that Pulumi gave the outage queue. Pulumi gives dashboards and metrics no suffix,
   * and two stacks may have the same name in two backends.
   */
  uniqueName(name: string): pulumi.Output<string> {
    const logicalName = `${this.#logicalName}-outage`;
    return this.outage.name.apply((physicalName) =>
      // A stack may configure names in another form.
      physicalName.startsWith(logicalName) ? name + physicalName.slice(logicalName.length) : physicalName,
    );
  }
}
