import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AccountScope } from "../parts/account-scope.ts";
import { queueEncryption } from "../parts/queue-key.ts";
import type { Settings } from "../settings.ts";

export interface QueuesArgs {
  /** Seconds a received message stays hidden; Lambda asks for six times its function's time-out and the window. */
  readonly visibilityTimeoutSeconds: number;
  readonly scope: AccountScope;
  readonly settings: Settings;
}

const DAY_SECONDS = 24 * 60 * 60;
const WORK_RETENTION_SECONDS = 4 * DAY_SECONDS;
/** The longest that SQS knows. A dead letter keeps its first date, so these must outlast the work queue. */
const LONGEST_RETENTION_SECONDS = 14 * DAY_SECONDS;
const MAX_RECEIVES = 5;

/** Where work waits: to be done, for Security Hub to come back, or for a person. All encrypted. */
export class Queues extends pulumi.ComponentResource {
  readonly work: aws.sqs.Queue;
  readonly outage: aws.sqs.Queue;
  readonly quarantine: aws.sqs.Queue;

  constructor(name: string, args: QueuesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("patch-manager-findings:index:Queues", name, {}, opts);
    const parent = { parent: this };
    const encryption = queueEncryption(args.settings, args.scope);
    const waiting = { ...encryption, messageRetentionSeconds: LONGEST_RETENTION_SECONDS };
    this.outage = new aws.sqs.Queue(`${name}-outage`, waiting, parent);
    this.quarantine = new aws.sqs.Queue(`${name}-quarantine`, waiting, parent);
    this.work = new aws.sqs.Queue(
      `${name}-work`,
      {
        ...encryption,
        messageRetentionSeconds: WORK_RETENTION_SECONDS,
        visibilityTimeoutSeconds: args.visibilityTimeoutSeconds,
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: this.outage.arn,
          maxReceiveCount: MAX_RECEIVES,
        }),
      },
      parent,
    );
    this.registerOutputs({});
  }
}
