/** This project's program in the local run: all of it in one process, with the stand-ins of AWS. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { writeFleet } from "./fleets.ts";
import { runMeasured } from "./measured-process.ts";
import type { Tool } from "./tool.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** `npm start`, without npm. */
const START = ["--import", "./commands/installed.js", "--disable-warning=ExperimentalWarning", "local/main.ts"];

const report = z.object({
  findings: z.array(z.looseObject({})),
  apiCalls: z.record(z.string(), z.number()),
  denied: z.array(z.unknown()),
});

/** @param python runs the measurement */
export function ours(python: string): Tool {
  return {
    name: "Patch Manager Findings",
    open: (_, directory) => {
      const files = { fleet: join(directory, "fleet"), faults: join(directory, "faults.json") };
      const reportFile = join(directory, "report.json");
      let findings: readonly object[] = [];
      const run = async (...[fleet, faults]: Parameters<Awaited<ReturnType<Tool["open"]>>["run"]>) => {
        await writeFleet(files.fleet, fleet, findings);
        await writeFile(files.faults, JSON.stringify(faults));
        const options = ["--fleet", files.fleet, "--faults", files.faults, "--report", reportFile, "--once"];
        const environment = { PATH: process.env["PATH"] ?? "", HOME: directory };
        const command = { file: process.execPath, args: [...START, ...options], directory: ROOT, environment };
        const used = await runMeasured(command, python, directory);
        const result = report.parse(JSON.parse(await readFile(reportFile, "utf8")));
        findings = result.findings;
        const strays = result.denied.map((denied) => `denied: ${JSON.stringify(denied)}`);
        return { used, apiCalls: result.apiCalls, findings, strays };
      };
      return Promise.resolve({ run, close: () => Promise.resolve() });
    },
  };
}
