import { z } from "zod";
import { meansNoTime, parseTime } from "./wire-time.ts";

/**
 * The schemas of the records in fleet files. Field names are the AWS CLI's. Fields that are not named here are kept
 * unchanged. A message states the values allowed, and the reader adds the position and the value found.
 */

/** Ids of managed nodes, as defined in the Systems Manager API model. */
export const NODE_ID = /^(?:i-(?:\w{8}|\w{17})|mi-\w{17})$/;

const text = z.string("a string");
const nodeId = z
  .string("a node id such as i-0123456789abcdef0 or mi-0123456789abcdef0")
  .regex(NODE_ID, "a node id such as i-0123456789abcdef0 or mi-0123456789abcdef0");
const count = z.number("a number").optional();
const optionalText = text.optional();
const textMap = z.record(z.string(), text, "an object of strings");

const time = z
  .unknown()
  .transform((value, context): Date | undefined => {
    const parsed = parseTime(value);
    if (parsed !== undefined || meansNoTime(value)) return parsed;
    context.addIssue("a time in ISO 8601 (2026-11-03T04:05:06Z) or epoch seconds (1793678706.5)");
    return z.NEVER;
  })
  .optional();

const record = <Shape extends z.ZodRawShape>(shape: Shape) => z.looseObject(shape, "an object");

export const instanceInformation = record({
  InstanceId: nodeId,
  PingStatus: optionalText,
  LastPingDateTime: time,
  AgentVersion: optionalText,
  PlatformType: optionalText,
  PlatformName: optionalText,
  PlatformVersion: optionalText,
  ResourceType: optionalText,
  ComputerName: optionalText,
  Name: optionalText,
  IPAddress: optionalText,
  ActivationId: optionalText,
  IamRole: optionalText,
  RegistrationDate: time,
  AssociationStatus: optionalText,
  LastAssociationExecutionDate: time,
  LastSuccessfulAssociationExecutionDate: time,
  SourceId: optionalText,
  SourceType: optionalText,
});

export const patchState = record({
  InstanceId: nodeId,
  PatchGroup: optionalText,
  BaselineId: optionalText,
  SnapshotId: optionalText,
  InstallOverrideList: optionalText,
  OwnerInformation: optionalText,
  InstalledCount: count,
  InstalledOtherCount: count,
  InstalledPendingRebootCount: count,
  InstalledRejectedCount: count,
  MissingCount: count,
  FailedCount: count,
  NotApplicableCount: count,
  UnreportedNotApplicableCount: count,
  AvailableSecurityUpdateCount: count,
  CriticalNonCompliantCount: count,
  SecurityNonCompliantCount: count,
  OtherNonCompliantCount: count,
  Operation: optionalText,
  OperationStartTime: time,
  OperationEndTime: time,
  LastNoRebootInstallOperationTime: time,
  RebootOption: optionalText,
});

const executionSummary = record({ ExecutionTime: time, ExecutionId: optionalText, ExecutionType: optionalText });

export const complianceItem = record({
  ComplianceType: text,
  ResourceType: optionalText,
  ResourceId: nodeId,
  Id: optionalText,
  Title: optionalText,
  Status: optionalText,
  Severity: optionalText,
  ExecutionSummary: executionSummary.optional(),
  Details: textMap.optional(),
});

const severitySummary = record({
  CriticalCount: count,
  HighCount: count,
  MediumCount: count,
  LowCount: count,
  InformationalCount: count,
  UnspecifiedCount: count,
}).optional();

export const complianceSummary = record({
  ComplianceType: text,
  ResourceType: optionalText,
  ResourceId: nodeId,
  Status: optionalText,
  OverallSeverity: optionalText,
  ExecutionSummary: executionSummary.optional(),
  CompliantSummary: record({ CompliantCount: count, SeveritySummary: severitySummary }).optional(),
  NonCompliantSummary: record({ NonCompliantCount: count, SeveritySummary: severitySummary }).optional(),
});

export const inventoryEntries = record({
  TypeName: optionalText,
  InstanceId: optionalText,
  SchemaVersion: optionalText,
  CaptureTime: optionalText,
  Entries: z.array(textMap, "a list of objects of strings"),
});

export const finding = record({});

export const reservation = record({
  Instances: z
    .array(
      record({
        InstanceId: text,
        State: record({ Name: text }).optional(),
        LaunchTime: time,
        Tags: z.array(record({ Key: text, Value: text }), "a list of tags").optional(),
      }),
      "a list of instances",
    )
    .optional(),
});

export const commandInvocation = record({
  CommandId: text,
  InstanceId: nodeId,
  DocumentName: optionalText,
  Status: optionalText,
  RequestedDateTime: time,
  CommandPlugins: z
    .array(record({ ResponseStartDateTime: time, ResponseFinishDateTime: time }), "a list of plugins")
    .optional(),
});

export const association = record({
  Name: optionalText,
  InstanceId: optionalText,
  AssociationId: optionalText,
  AssociationName: optionalText,
  LastExecutionDate: time,
});

export const windowTask = record({
  WindowExecutionId: text,
  TaskExecutionId: text,
  Status: optionalText,
  StartTime: time,
  EndTime: time,
});

export const windowTaskInvocation = record({
  WindowExecutionId: text,
  TaskExecutionId: text,
  InvocationId: optionalText,
  ExecutionId: optionalText,
  Status: optionalText,
  StartTime: time,
  EndTime: time,
});

export const account = record({
  AccountId: z
    .string("a string of 12 digits")
    .regex(/^\d{12}$/, "a string of 12 digits")
    .default("123456789012"),
  Region: z
    .string("a Region such as eu-west-1")
    .regex(/^(?:af|ap|ca|cn|eu|eusc|il|me|mx|sa|us)(?:-[a-z]{1,12}){1,3}-\d$/, "a Region such as eu-west-1")
    .default("eu-west-1"),
});

const TAG_KEY = "a tag key of 1 to 128 characters";
const TAG_VALUE = "a tag value of at most 256 characters";
const SOME_TAGS = "an object of at most 50 tags";
const tagsOfNode = z
  .record(z.string(TAG_KEY).min(1, TAG_KEY).max(128, TAG_KEY), z.string(TAG_VALUE).max(256, TAG_VALUE), SOME_TAGS)
  .refine((tags) => Object.keys(tags).length <= 50, { error: SOME_TAGS });
export const tags = z.record(nodeId, tagsOfNode, "an object from node id to tags");

const AN_ARRIVAL = "a number of seconds from 0 to 86400";
export const arrivals = z.record(
  nodeId,
  z.number(AN_ARRIVAL).min(0, AN_ARRIVAL).max(86_400, AN_ARRIVAL),
  "an object from node id to seconds",
);
