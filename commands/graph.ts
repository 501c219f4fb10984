import { readConfigFile } from "../local/program/config-file.ts";
import { captureGraph } from "../local/program/graph.ts";
import { exitCodeOrRefusal } from "../command-line/input-error.ts";
import { requireWritable, writeResult } from "../command-line/writable-file.ts";
import { counted } from "../contract/counted.ts";
import { strictCommand } from "./account/command.ts";

const { config, json } = strictCommand(
  "graph",
  "Writes all resources that the Pulumi program would deploy. Needs neither AWS nor the Pulumi CLI.",
  ["--json graph.json"],
)
  .option("--config <file>", "stack settings", "Pulumi.dev.yaml")
  .requiredOption("--json <file>", "file for the graph: [{type, name, inputs, id}]")
  .parse()
  .opts<{ config: string; json: string }>();

process.exitCode = await exitCodeOrRefusal(async () => {
  await requireWritable(json, "the graph");
  const resources = await captureGraph({ config: await readConfigFile(config) });
  const graph = resources.map(({ type, name, inputs, id }) => ({ type, name, inputs, id }));
  await writeResult(json, `${JSON.stringify(graph, null, 2)}\n`, "the graph");
  console.log(`wrote ${counted(graph.length, "resource")} to ${json}`);
  return 0;
});
