import * as z from "zod";
import { descriptions } from "./descriptions.ts";
import { platformsWithoutBlindSpots, unmanagedInstances } from "./unmanaged-instances.ts";
import { eachOnce, listOf, matching, trueOrFalse, wholeNumber } from "./value-types.ts";

const exportSetting = trueOrFalse()
  .default(true)
  .register(descriptions, {
    meaning:
      "`false` disables the event rules and the sweep, so no new node is checked. " +
      "Messages already in the queues are still processed, and findings stay as they are. " +
      "Tasks of `maintenanceWindows` still run. See [Switching it off and on](operations.md#switching-it-off-and-on).",
    example: false,
  });

const sweepHours = wholeNumber(1, 72)
  .default(12)
  .register(descriptions, {
    meaning:
      "Hours between [sweeps](operations.md#the-sweep). A sweep compares every managed node with its findings. " +
      "A node whose event was lost waits up to this time for its finding.",
    example: 6,
  });

const redriveMinutes = wholeNumber(1, 60)
  .default(5)
  .register(descriptions, {
    meaning:
      "Minutes between redrive runs. Redrive retries the messages in the outage queue when Security Hub is available. " +
      "A smaller number brings findings sooner after an outage.",
    example: 10,
  });

const blindSpotDays = wholeNumber(1, 365)
  .default(30)
  .register(descriptions, {
    meaning:
      "Days without a patch operation after which a node gets a [blind-spot finding](finding.md#blind-spots). " +
      "A node without any patch data has this many days from its registration. " +
      "The sweep finds such nodes. Choose more days than the time between your scans.",
    example: 14,
  });

const windowIds = listOf(
  matching(/^mw-[0-9a-f]{17}$/, "the id of a maintenance window: mw- and 17 characters of 0-9 and a-f"),
  "maintenance windows",
  { least: 1, most: 50 },
).refine(eachOnce, { error: "must name each window once" });

const maintenanceWindows = z
  .record(z.string(), windowIds, { error: "must be a mapping of Regions to lists of maintenance windows" })
  .default({})
  .register(descriptions, {
    meaning:
      "Maintenance windows that wait for their findings, by Region. " +
      "Each window gets one more task, which runs last and publishes the findings of the nodes that the window patched. " +
      "Without it, the findings still come, from events. See [Maintenance windows](deploy.md#maintenance-windows).",
    example: { "eu-west-1": ["mw-0c50858d01abcdef0"] },
  });

/** Settings that say when nodes are checked. */
export const checkSettings = {
  title: "When nodes are checked",
  shape: {
    ...{ export: exportSetting, sweepHours, redriveMinutes, blindSpotDays },
    ...{ platformsWithoutBlindSpots, unmanagedInstances, maintenanceWindows },
  },
};
