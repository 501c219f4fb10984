import { readFile, writeFile } from "node:fs/promises";
import { troubleOf, writeOrCheck, type GeneratedFile } from "../command-line/generated-file.ts";
import { exitCodeOrRefusal } from "../command-line/input-error.ts";
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
export const diagramTrouble = (files: DiagramFiles): Promise<string | undefined> => troubleOf(generated(files));

const generated = ({ definition, picture }: DiagramFiles): GeneratedFile => ({
  path: picture,
  noun: "the picture",
  source: definition,
  remedy: "run npm run diagram to draw it again",
  done: `drew ${definition} into ${picture}`,
  content: () => drawing(definition),
});

async function drawing(definition: string): Promise<string> {
  const layout = await layoutStateMachine(JSON.parse(await readFile(definition, "utf8")));
  return stateMachineSvg(layout, "The state machine of Patch Manager Findings");
}

async function main(): Promise<number> {
  const { check = false } = strictCommand("diagram", `Draws ${FILES.definition} into ${FILES.picture}.`, [
    "",
    "--check",
  ])
    .option("--check", "change nothing; exit code 1 if the picture is out of date")
    .parse()
    .opts<{ check?: true }>();
  return writeOrCheck(generated(FILES), check);
}

if (import.meta.main) process.exitCode = await exitCodeOrRefusal(main);
