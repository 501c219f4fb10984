/** What each setting changes in a deployed stack, as docs/settings.md promises it. */
import type { Settings } from "../../../infra/settings.ts";

export interface SettingChange {
  readonly value: unknown;
  /** Settings that the stack has before and after the change. */
  readonly given?: Readonly<Record<string, unknown>>;
  /** Lines such as "update Function publish". */
  readonly changes: readonly string[] | typeof EVERY_TAG;
}

/** An update of the provider and of every resource of these types. */
export const EVERY_TAG = "every resource with tags";
export const TAGGED = [
  ...[
    "EventRule",
    "EventSourceMapping",
    "Function",
    "LogGroup",
    "MetricAlarm",
    "Queue",
    "Role",
    "StateMachine",
    "Topic",
  ],
];

const KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const FUNCTIONS = [
  ...["choose-severity", "dispatch", "evaluate", "gather", "publish", "redrive", "resolve-window", "sweep"],
];
const QUEUES = ["queues-outage", "queues-quarantine", "queues-work", "sweep-queue"];
/** Of the roles that use a queue. The name of the state machine's is only "policy". */
const QUEUE_POLICIES = ["dispatch-policy", "policy", "publish-policy", "redrive-policy", "sweep-policy"];

const update = (type: string, names: readonly string[]): string[] =>
  names.map((name) => ["update", type, name].join(" ").trimEnd());
/** The functions that compare nodes with their findings. */
const WRITERS = update("Function", ["publish", "redrive", "sweep"]);
/** The functions that have the file of policies. */
const POLICY_READERS = update("Function", ["choose-severity", "gather", "publish", "sweep"]);

/** The settings of which a change replaces or deletes queues: a new prefix, and a Region that is removed. */
export const DELETES_QUEUES = ["namePrefix", "regions"] as const;

/** Every other setting alone. */
export const SETTING_CHANGES: Readonly<
  Record<Exclude<keyof Settings, (typeof DELETES_QUEUES)[number]>, SettingChange>
> = {
  alarmEmail: { value: "platform-team@example.com", changes: ["create TopicSubscription alarms-email"] },
  enableSecurityHub: {
    value: true,
    changes: ["create Account security-hub-eu-west-1", "create aws security-hub-eu-west-1"],
  },
  planOnly: { value: true, changes: ["update Function publish", "update RolePolicy publish-policy"] },
  severityRules: {
    value: [{ severity: "HIGH" }],
    changes: POLICY_READERS,
  },
  patchWithinDays: { value: { CRITICAL: 7 }, changes: POLICY_READERS },
  deadlineRules: {
    value: [{ nodes: { patchGroups: ["databases"] }, patchWithinDays: { HIGH: 7 } }],
    changes: POLICY_READERS,
  },
  overdueRaisesSeverity: { value: true, changes: POLICY_READERS },
  exceptions: {
    value: [{ patches: { ids: ["KB5034441"] }, owner: "Ann", reason: "replaced in June", until: "2026-06-30" }],
    // Publish may suppress findings then.
    changes: [...POLICY_READERS, "update RolePolicy publish-policy"],
  },
  productName: { value: "Acme Patch Compliance", changes: WRITERS },
  companyName: { value: "Acme", changes: WRITERS },
  hybridResourceType: { value: "AwsEc2Instance", changes: WRITERS },
  insights: {
    value: true,
    changes: [
      ...["failed", "missing", "overdue", "reboot", "rejected", "severity", "soon"].map(
        (kind) => `create Insight insights-${kind}`,
      ),
      "create Insights insights",
    ],
  },
  insightPatchGroups: {
    value: ["databases"],
    given: { insights: true },
    changes: ["create Insight insights-group-databases-1d446138"],
  },
  ownerTag: { value: "Team", changes: [] },
  insightOwners: {
    value: ["payments"],
    given: { insights: true, ownerTag: "Team" },
    changes: ["create Insight insights-owner-payments-df384ae9"],
  },
  export: {
    value: false,
    changes: [
      "delete MetricAlarm sweep-missing",
      ...update("EventRule", [
        ...["sweep-schedule", "triggers-association", "triggers-command", "triggers-compliance"],
        ...["triggers-deregister", "triggers-termination"],
      ]),
    ],
  },
  sweepHours: {
    value: 6,
    changes: ["update EventRule sweep-schedule", "update Function sweep", "update MetricAlarm sweep-missing"],
  },
  redriveMinutes: { value: 10, changes: ["update EventRule redrive-schedule", "update Function redrive"] },
  blindSpotDays: { value: 14, changes: update("Function", ["evaluate", "gather", "sweep"]) },
  platformsWithoutBlindSpots: { value: ["Bottlerocket"], changes: update("Function", ["evaluate", "sweep"]) },
  unmanagedInstances: { value: {}, changes: ["update Function sweep", "update RolePolicy sweep-policy"] },
  maintenanceWindows: {
    value: { "eu-west-1": ["mw-0c50858d01abcdef0"] },
    changes: [
      "create MaintenanceWindowTask mw-0c50858d01abcdef0",
      ...["create Role window-role", "create RolePolicy window-role-policy"],
    ],
  },
  notify: {
    value: { targets: { "eu-west-1": "arn:aws:sns:eu-west-1:123456789012:tickets" }, from: "2026-12-01" },
    changes: [
      ...["create EventRule notify", "create EventTarget notify", "create MetricAlarm notify-undelivered"],
      ...["create Notifications notify", "create Queue notify-dead-letters", "create QueuePolicy notify"],
    ],
  },
  tags: { value: { owner: "platform-team" }, changes: EVERY_TAG },
  permissionsBoundary: {
    value: "arn:aws:iam::123456789012:policy/workload-boundary",
    changes: update("Role", ["", ...FUNCTIONS]),
  },
  kmsKeys: {
    value: { "eu-west-1": KEY },
    changes: [...update("Queue", QUEUES), ...update("RolePolicy", QUEUE_POLICIES)],
  },
  additionalKmsKeys: { value: { "eu-west-1": [KEY] }, changes: update("RolePolicy", QUEUE_POLICIES) },
  logRetentionDays: {
    value: 90,
    changes: update(
      "LogGroup",
      FUNCTIONS.map((name) => `${name}-log`),
    ),
  },
  tracing: {
    value: false,
    changes: [
      ...update("Function", FUNCTIONS),
      ...update("RolePolicy", ["policy", ...FUNCTIONS.map((name) => `${name}-policy`)]),
      "update StateMachine",
    ],
  },
  batchingWindowSeconds: {
    value: 60,
    changes: ["update EventSourceMapping dispatch-mapping", "update Queue queues-work"],
  },
  batchSize: { value: 500, changes: ["update EventSourceMapping dispatch-mapping"] },
  maximumConcurrency: { value: 5, changes: ["update EventSourceMapping dispatch-mapping"] },
  maximumExecutions: { value: 2, changes: ["update Function dispatch"] },
  reservedConcurrency: { value: 10, changes: update("Function", FUNCTIONS) },
};

const ROLE = "arn:aws:iam::123456789012:role/deployer";

/** Settings of the AWS provider: how to reach the account. They change no resource, except for tags. */
export const PROVIDER_CHANGES: Readonly<Record<string, SettingChange>> = {
  profile: { value: "deployer", changes: ["update aws aws"] },
  allowedAccountIds: { value: ["123456789012"], changes: ["update aws aws"] },
  assumeRoles: { value: [{ roleArn: ROLE }], changes: ["update aws aws"] },
  maxRetries: { value: 5, changes: ["update aws aws"] },
  region: { value: "eu-central-1", changes: ["update aws aws"] },
  defaultTags: { value: { tags: { "cost-center": "4711" } }, changes: EVERY_TAG },
};
