import * as z from "zod";
import { REGION_PATTERN, REGION_RULE } from "../../contract/regions.ts";
import { descriptions } from "./descriptions.ts";
import { partitionOf } from "./partitions.ts";
import { eachOnce, matching, trueOrFalse } from "./value-types.ts";

const LIST_OF_REGIONS = 'must be a list of AWS Regions such as ["eu-west-1"]';
const ALARM_EMAIL = "must be an email address of at most 254 characters";

const regions = z
  .array(z.string({ error: REGION_RULE }).regex(REGION_PATTERN, { error: REGION_RULE }), { error: LIST_OF_REGIONS })
  .min(1, { error: LIST_OF_REGIONS })
  .refine(eachOnce, { error: "must name each Region once" })
  .refine((all) => new Set(all.map(partitionOf)).size <= 1, { error: "must be Regions of one partition" })
  .register(descriptions, {
    meaning:
      "The AWS Regions to cover. Each Region gets its own queues, functions, state machine and alarms. " +
      "Removing a Region deletes its resources, with the messages in its queues. Its findings stay. " +
      "A stack cannot mix partitions, such as commercial Regions and GovCloud.",
    example: ["eu-west-1", "us-east-1"],
  });

const namePrefix = matching(
  /^[a-z][a-z0-9-]{0,18}[a-z0-9]$/,
  "2 to 20 characters of a-z, 0-9 and -, beginning with a letter and not ending with -",
)
  .default("patch-findings")
  .register(descriptions, {
    meaning:
      "The beginning of all resource names. **A change replaces every resource, also the queues with their messages.** " +
      "Before a change, follow [Upgrading](deploy.md#upgrading).",
    example: "acme-patches",
  });

const alarmEmail = z
  .email({ error: ALARM_EMAIL })
  .max(254, { error: ALARM_EMAIL })
  .optional()
  .register(descriptions, {
    meaning:
      "The email address that gets the [alarms](operations.md#alarms) of all Regions. " +
      "AWS sends one confirmation email for each Region. No alarm arrives before you confirm it. " +
      "If this is not set, the alarms still exist, and you can subscribe to their SNS topics. " +
      "Add `--secret` to the command to encrypt the address in the stack's file and in Pulumi's state.",
    example: "platform-team@example.com",
  });

const enableSecurityHub = trueOrFalse()
  .default(false)
  .register(descriptions, {
    meaning:
      "`true` enables Security Hub CSPM in each Region, without its default standards. " +
      "A Security Hub that is enabled already is adopted and keeps its settings. " +
      "To find out, Pulumi's credentials need `securityhub:ListStandardsControlAssociations`. Without it, `pulumi up` fails " +
      "before it creates anything. Security Hub stays enabled when the setting or the stack is removed. " +
      "Pulumi starts one more provider process per Region for it, so leave it `false` if Security Hub is enabled.",
    example: true,
  });

const planOnly = trueOrFalse()
  .default(false)
  .register(descriptions, {
    meaning:
      "`true` writes no findings. Publish logs what it would write as `finding planned`, " +
      "and its role has no permission to write. " +
      "Use it to [try a deployment out](operations.md#trying-a-deployment-out).",
    example: true,
  });

/** Settings to decide on before the first deployment. */
export const firstDecisions = {
  title: "Decide before the first deployment",
  shape: { regions, namePrefix, alarmEmail, enableSecurityHub, planOnly },
};
