import { GetMaintenanceWindowCommand } from "@aws-sdk/client-ssm";
import type { Account } from "./account.ts";
import type { Check, Judgement } from "./check.ts";

/** A maintenance window. */
interface Window {
  readonly name: string;
  readonly enabled: boolean;
  /** Hours. */
  readonly duration: number;
  /** Hours before its end in which the window starts no task. */
  readonly cutoff: number;
}

async function readWindow({ clients }: Account, WindowId: string): Promise<Window | undefined> {
  try {
    const found = await clients.ssm.send(new GetMaintenanceWindowCommand({ WindowId }));
    const { Name: name = "", Enabled: enabled = false, Duration: duration = 0, Cutoff: cutoff = 0 } = found;
    return { name, enabled, duration, cutoff };
  } catch (error) {
    if (error instanceof Error && error.name === "DoesNotExistException") return undefined;
    throw error;
  }
}

/** Judges whether a maintenance window exists and is enabled. @param window undefined if it does not exist */
export function judgeWindow(window: Window | undefined): Judgement {
  if (window === undefined) {
    const advice = "Remove it from maintenanceWindows, or pulumi up will fail.";
    return { result: "problem", found: "does not exist", advice };
  }
  const found = `${window.name}: ${window.duration} h, no new task in the last ${window.cutoff} h`;
  if (window.enabled) return { result: "ok", found };
  return { result: "note", found: `${found}; disabled`, advice: "Enable it, or none of its tasks will run." };
}

/** Returns one check for each maintenance window in the settings. */
export function windowChecks(account: Account): Check[] {
  return (account.settings.maintenanceWindows[account.region] ?? []).map((id) => ({
    name: `window ${id}`,
    needs: ["ssm:GetMaintenanceWindow"],
    run: async () => judgeWindow(await readWindow(account, id)),
  }));
}
