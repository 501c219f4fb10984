import { GetMaintenanceWindowCommand } from "@aws-sdk/client-ssm";
import type { Account } from "./account.ts";
import type { Check, Judgement } from "./check.ts";

export interface Window {
  readonly name: string;
  readonly enabled: boolean;
  /** Hours. */
  readonly duration: number;
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

/** @param window undefined where there is none of that id */
export function judgeWindow(window: Window | undefined): Judgement {
  if (window === undefined) {
    const advice = "Take it out of maintenanceWindows: pulumi up would fail.";
    return { result: "problem", found: "does not exist", advice };
  }
  const found = `${window.name}: ${window.duration} h, no new task in the last ${window.cutoff} h`;
  if (window.enabled) return { result: "ok", found };
  return { result: "note", found: `${found}; disabled`, advice: "Enable it, or nothing of it will run." };
}

export function windowChecks(account: Account): Check[] {
  return (account.settings.maintenanceWindows[account.region] ?? []).map((id) => ({
    name: `window ${id}`,
    needs: ["ssm:GetMaintenanceWindow"],
    look: async () => judgeWindow(await readWindow(account, id)),
  }));
}
