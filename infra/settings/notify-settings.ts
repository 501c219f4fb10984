import * as z from "zod";
import { CHANGES } from "../../contract/changes.ts";
import { SEVERITY_LABELS } from "../../contract/severity.ts";
import { descriptions, fieldMeanings } from "./descriptions.ts";
import { eachOnce, listOf, matching, oneOf } from "./value-types.ts";

/** The groups are the partition and the Region. A FIFO topic has a dot in its name. */
export const NOTIFY_TARGET =
  /^arn:(aws[a-z-]*):(?:sns:([a-z0-9-]+):\d{12}:[\w-]{1,256}|events:[a-z0-9-]+:\d{12}:event-bus\/[\w./-]{1,256})$/;

const MAPPING = { error: "must be a mapping of 1 or more Regions to ARNs" };
const FROM = {
  error: 'must be a date or a full hour in UTC, from 2000 to 2099, such as "2026-12-01" or "2026-12-01T06:00Z"',
};
const HOUR = /^(20\d\d-\d\d-\d\d)(?:T(\d\d)(?::00(?::00(?:\.0{1,3})?)?)?Z)?$/;

/** Returns the hour of a date or time as `2026-12-01T06`; undefined if the calendar has no such hour. */
function hourOf(text: string): string | undefined {
  const [, date, hour = "00"] = HOUR.exec(text) ?? [];
  const time = Date.parse(`${date ?? ""}T${hour}:00:00.000Z`);
  const found = Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, 13);
  return found === `${date ?? ""}T${hour}` ? found : undefined;
}

/**
 * Returns the hour of the setting `notify.from`.
 *
 * @example
 * firstHour("2026-12-01"); // "2026-12-01T00"
 */
export function firstHour(from: string): string {
  const hour = hourOf(from);
  if (hour === undefined) throw new Error(`${JSON.stringify(from)} ${FROM.error}`);
  return hour;
}

const targets = z
  .record(z.string(), matching(NOTIFY_TARGET, "the ARN of an SNS standard topic or of an event bus"), MAPPING)
  .refine((all) => Object.keys(all).length > 0, MAPPING)
  .register(fieldMeanings, {
    meaning: "By Region, the SNS topic or the event bus that receives the events. Other Regions send none.",
  });

const from = z
  .string(FROM)
  .refine((text) => hourOf(text) !== undefined, FROM)
  .register(fieldMeanings, {
    meaning: "Findings that opened earlier send no event until they are closed and reopened. Usually the current hour.",
  });

const changes = listOf(oneOf(CHANGES), "kinds of change", { least: 1, most: CHANGES.length })
  .refine(eachOnce, { error: "must name each kind of change once" })
  .default(CHANGES.filter((change) => change !== "refreshed"))
  .register(fieldMeanings, { meaning: "Which changes send an event. Everything but `refreshed` if it is left out." });

const minimumSeverity = oneOf(SEVERITY_LABELS)
  .default("LOW")
  .register(fieldMeanings, {
    meaning:
      "The lowest severity that sends events. It is compared with the highest severity since the finding opened, " +
      "so a ticket for a HIGH finding also learns that the finding is lowered to LOW and closed. `LOW` if it is left out.",
  });

const notify = z
  .strictObject(
    { targets, from, changes, minimumSeverity },
    { error: "must be a mapping with targets and from, and any of changes and minimumSeverity" },
  )
  .optional()
  .register(descriptions, {
    meaning:
      "Sends an event for each change of a finding to an SNS topic or an event bus, for tickets and chat. " +
      "Each Region with a target gets one EventBridge rule and a dead-letter queue. " +
      "[Tickets and chat](integrations.md#tickets-and-chat) says which policy the target needs, and has recipes.",
    example: {
      targets: { "eu-west-1": "arn:aws:sns:eu-west-1:111122223333:patch-tickets" },
      from: "2026-12-01T06:00Z",
      changes: ["opened", "reopened", "closed"],
      minimumSeverity: "HIGH",
    },
  });

/** Settings of the events that other programs receive. */
export const notifySettings = { title: "Notifications", shape: { notify } };
