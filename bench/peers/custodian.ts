/** Cloud Custodian: one policy per severity, and one that closes. */
import { join } from "node:path";
import { PeerAccount } from "./peer-account.ts";
import { runMeasured } from "./measured-process.ts";
import type { Tool } from "./tool.ts";
import { virtualEnvironment } from "./virtual-environment.ts";

const PRODUCT = { path: "cloud-custodian/cloud-custodian", name: "Cloud Custodian" };
const POLICIES = join(import.meta.dirname, "custodian-policies.yml");

/** Installs Cloud Custodian if necessary. @param python such as `python3` */
export async function custodian(python: string): Promise<Tool> {
  const bin = await virtualEnvironment("custodian", python);
  return {
    name: "Cloud Custodian",
    open: async (first, directory) => {
      const account = await PeerAccount.start(first, PRODUCT);
      const args = ["run", "--region", first.region, "--cache-period", "0", "--output-dir", join(directory, "output")];
      return {
        run: async (fleet, faults) => {
          account.begin(fleet, faults);
          const environment = { ...account.environment, HOME: directory };
          const command = { file: join(bin, "custodian"), args: [...args, POLICIES], directory, environment };
          const used = await runMeasured(command, python, directory);
          return { used, apiCalls: account.apiCalls, findings: account.findings, strays: account.strays };
        },
        close: () => account.close(),
      };
    },
  };
}
