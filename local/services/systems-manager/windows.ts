import { z } from "zod";
import { ServiceError } from "../../gateway/stand-in.ts";
import type { RegionData } from "./region-data.ts";
import { readRequest } from "./request.ts";

const REQUEST = z.strictObject({
  WindowId: z
    .string()
    .min(20)
    .max(20)
    .regex(/^mw-[0-9a-f]{17}$/),
});

/**
 * Returns a maintenance window.
 * @throws {ServiceError} DoesNotExistException
 */
export function getMaintenanceWindow(data: RegionData, input: unknown): object {
  const { WindowId } = readRequest("GetMaintenanceWindow", REQUEST, input);
  const window = (data.fleet.windows ?? []).find((each) => each.WindowId === WindowId);
  if (window === undefined) {
    throw new ServiceError("DoesNotExistException", `Maintenance window ${WindowId} doesn't exist`);
  }
  return { ...window, AllowUnassociatedTargets: false, Schedule: "cron(0 2 ? * SUN *)" };
}
