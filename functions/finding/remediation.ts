import { CAUSES, UNKNOWN_CAUSE, type CauseCounts, type CauseRow } from "../../contract/causes.ts";
import { counted } from "../../contract/counted.ts";
import { remediationCommand, type CommandTarget } from "./remediation-command.ts";
import { joinWithin } from "../runtime/text.ts";

type Words = Pick<CauseRow, "cause" | "one" | "many" | "remedy" | "remedyAlone" | "command">;

const MAX_TEXT_BYTES = 512;

/**
 * Returns the causes in words, such as "2 missing, 1 failed to install". Returns undefined if Systems Manager calls the
 * node noncompliant and names no cause.
 */
export function nameCauses(causes: CauseCounts): string | undefined {
  const parts = present(causes).map(({ count, one, many }) => counted(count, one, many));
  return parts.length === 0 ? undefined : joinWithin(parts, MAX_TEXT_BYTES);
}

/** What to do, in words, and as a command for the AWS CLI. */
export interface Remedy {
  readonly text: string;
  readonly command?: string;
}

/** Comes between the words and the command. Readers of findings part them again. */
const RUN = " Run: ";

/** Returns the steps that fix exactly these causes. The command is that of the first cause that has one. */
export function remedyOf(causes: CauseCounts, target: CommandTarget): Remedy {
  const found = present(causes);
  const [first = UNKNOWN_CAUSE, ...others] = found;
  const alone = others.length === 0 && "remedyAlone" in first ? first.remedyAlone : undefined;
  const text = found.length === 0 ? UNKNOWN_CAUSE.remedy : found.map(({ remedy }) => remedy).join(" ");
  const commands = [first, ...others].flatMap(({ command }) => (command && remediationCommand(command, target)) ?? []);
  return withCommand(alone ?? text, commands[0]);
}

/** Returns the words with the command, if both fit into a recommendation. */
export function withCommand(text: string, command: string | undefined): Remedy {
  if (command === undefined) return { text };
  const both = text + RUN + command;
  return { text: Buffer.byteLength(both) <= MAX_TEXT_BYTES ? both : text, command };
}

function present(causes: CauseCounts): (Words & { readonly count: number })[] {
  return [...CAUSES, UNKNOWN_CAUSE]
    .map((words) => ({ ...words, count: causes[words.cause] }))
    .filter(({ count }) => count > 0);
}
