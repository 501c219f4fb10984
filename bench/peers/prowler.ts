/** Prowler: its one check of patch compliance, sent to Security Hub. */
import { join } from "node:path";
import { runMeasured } from "./measured-process.ts";
import { PeerAccount } from "./peer-account.ts";
import type { Tool } from "./tool.ts";
import { virtualEnvironment } from "./virtual-environment.ts";

const PRODUCT = { path: "prowler/prowler", name: "Prowler" };
const CHECK = "ssm_managed_compliant_patching";

/** Installs Prowler if necessary. @param python such as `python3` */
export async function prowler(python: string): Promise<Tool> {
  const bin = await virtualEnvironment("prowler", python);
  return {
    name: "Prowler",
    open: async (first, directory) => {
      const account = await PeerAccount.start(first, PRODUCT);
      const scope = ["aws", "--checks", CHECK, "--region", first.region];
      // Without --ignore-exit-code-3, every noncompliant node is a failure of the run.
      const delivery = ["--security-hub", "--ignore-exit-code-3", "--output-formats", "json-asff"];
      const quiet = ["--output-directory", directory, "--no-banner", "--no-color"];
      return {
        run: async (fleet, faults) => {
          account.begin(fleet, faults);
          const environment = { ...account.environment, HOME: directory };
          const args = [...scope, ...delivery, ...quiet];
          const used = await runMeasured(
            { file: join(bin, "prowler"), args, directory, environment },
            python,
            directory,
          );
          return { used, apiCalls: account.apiCalls, findings: account.findings, strays: account.strays };
        },
        close: () => account.close(),
      };
    },
  };
}
