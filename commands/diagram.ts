import { readFile, writeFile } from "node:fs/promises";
import { exitCodeOrRefusal } from "../command-line/input-error.ts";
import { requireWritable } from "../command-line/writable-file.ts";
import { layoutStateMachine } from "../presentation/state-machine/layout.ts";
import { stateMachineSvg } from "../presentation/state-machine/svg.ts";
import { strictCommand } from "./account/command.ts";

/** The files that the diagram is drawn from and into. */
interface DiagramFiles {
  /** The state machine's definition in Amazon States Language. */
  readonly definition: string;
  /** The picture, an SVG file. */
  readonly picture: string;
}

const FILES: DiagramFiles = { definition: "statemachine/patch-findings.asl.json", picture: "docs/state-machine.svg" };

/**
 * Draws the state machine's definition and writes the picture.
 *
 * @example await writeDiagram({ definition: "statemachine/patch-findings.asl.json", picture: "docs/state-machine.svg" });
 */
export async function writeDiagram({ definition, picture }: DiagramFiles): Promise<void> {
  await writeFile(picture, await drawing(definition));
}

/** Returns one line that says why the picture is out of date, or undefined if it shows the definition. */
export async function diagramTrouble({ definition, picture }: DiagramFiles): Promise<string | undefined> {
  const wanted = await drawing(definition);
  const stored = await readFile(picture, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  if (stored === wanted) return undefined;
  const state = stored === undefined ? "does not exist" : `does not match ${definition}`;
  return `${picture} ${state}; run npm run diagram to draw it again`;
}

async function drawing(definition: string): Promise<string> {
  const layout = await layoutStateMachine(JSON.parse(await readFile(definition, "utf8")));
  return stateMachineSvg(layout, "The state machine of Patch Manager Findings");
}

async function main(): Promise<number> {
  const { check } = strictCommand("diagram", `Draws ${FILES.definition} into ${FILES.picture}.`)
    .option("--check", "change nothing; exit code 1 if the picture is out of date")
    .parse()
    .opts<{ check?: true }>();
  if (check === undefined) {
    await requireWritable(FILES.picture, "the picture");
    await writeDiagram(FILES);
    console.log(`drew ${FILES.definition} into ${FILES.picture}`);
    return 0;
  }
  const trouble = await diagramTrouble(FILES);
  console.log(trouble ?? `${FILES.picture} is up to date`);
  return trouble === undefined ? 0 : 1;
}

if (import.meta.main) process.exitCode = await exitCodeOrRefusal(main);
