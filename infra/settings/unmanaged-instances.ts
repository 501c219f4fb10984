import * as z from "zod";
import { descriptions, fieldMeanings } from "./descriptions.ts";
import { tagValues } from "./node-conditions.ts";
import { eachOnce, exactText, listOf, printableText, trueOrFalse, wholeNumber } from "./value-types.ts";

/** Lambda allows 4 KB of environment variables per function, and the severity rules may take 3,000 bytes. */
const MAX_TAG_BYTES = 300;

const leaveOutTags = z
  .record(
    exactText(128),
    tagValues.refine((values) => typeof values === "string" || eachOnce(values), {
      error: "must name each value once",
    }),
    { error: "must be a mapping of tag keys to values" },
  )
  .refine((tags) => Buffer.byteLength(JSON.stringify(tags)) <= MAX_TAG_BYTES, {
    error: `must be at most ${MAX_TAG_BYTES} bytes of JSON`,
  })
  .default({})
  .register(fieldMeanings, {
    meaning:
      "Instances that are left out: those with one of these tags. Each key has one value or a list of values. " +
      "Keys and values are compared exactly. Default: none.",
  });

/** The setting `unmanagedInstances`. */
export const unmanagedInstances = z
  .strictObject(
    {
      minimumAgeHours: wholeNumber(1, 720).default(24).register(fieldMeanings, {
        meaning: "Hours after its start that an instance has for its agent to register. Default: 24.",
      }),
      leaveOutTags,
      autoScaling: trueOrFalse().default(false).register(fieldMeanings, {
        meaning:
          "`true` includes the instances of Auto Scaling groups. Many groups replace instances instead of patching them. Default: false.",
      }),
    },
    { error: "must be a mapping with any of minimumAgeHours, leaveOutTags and autoScaling" },
  )
  .optional()
  .register(descriptions, {
    meaning:
      "Switches on the check for running EC2 instances that Systems Manager does not manage. " +
      "Each gets a [blind-spot finding](finding.md#blind-spots) of kind `unmanaged` from the sweep, " +
      "which then needs the permission `ec2:DescribeInstances`. " +
      "If the setting is removed, the next sweep closes these findings.",
    example: { minimumAgeHours: 24, leaveOutTags: { Lifecycle: ["immutable"] }, autoScaling: false },
  });

/** The setting `platformsWithoutBlindSpots`. */
export const platformsWithoutBlindSpots = listOf(printableText(32), "platforms", { most: 5 })
  .refine(eachOnce, { error: "must name each platform once" })
  .default([])
  .register(descriptions, {
    meaning:
      "Beginnings of platform names, as Systems Manager gives them. Upper and lower case do not matter. " +
      "Nodes of these platforms get no [blind-spot finding](finding.md#blind-spots), and open ones close. " +
      "Name platforms that Patch Manager does not patch: Bottlerocket updates itself, and so never has patch data.",
    example: ["Bottlerocket"],
  });
