import { SQSClient } from "@aws-sdk/client-sqs";
import { Command } from "commander";
import * as z from "zod";
import { queues, type Queue } from "../functions/aws/queue.ts";
import { printable } from "../local/terminal.ts";

/** Enough for a person to read what happened; entries stay hidden from others for so long. */
const HIDE_SECONDS = 120;

const entrySchema = z.looseObject({
  nodeId: z.string().optional(),
  reason: z.string().optional(),
  references: z.array(z.unknown()).optional(),
  body: z.string().optional(),
});

/** @returns what is to be sent to the work queue, or undefined where an entry does not carry it */
export function replayBody(entry: string): string | undefined {
  const parsed = entrySchema.safeParse(parseJson(entry));
  // What no function of this program wrote (an event that a rule could not deliver) is itself the message.
  if (!parsed.success || parsed.data.reason === undefined) return entry;
  const { references, body } = parsed.data;
  return references === undefined ? body : JSON.stringify({ references });
}

/** Sends each entry's work to the work queue, then deletes the entry. */
export async function replayQuarantine(
  queue: Queue,
  { from, to, dryRun }: { readonly from: string; readonly to: string; readonly dryRun: boolean },
  print: (line: string) => void,
): Promise<{ replayed: number; kept: number }> {
  let [replayed, kept] = [0, 0];
  for (;;) {
    const messages = await queue.receive(from, HIDE_SECONDS);
    if (messages.length === 0) return { replayed, kept };
    for (const message of messages) {
      const body = replayBody(message.body);
      print(`${body === undefined ? "kept (its message was too long to keep)" : "replayed"}: ${shown(message.body)}`);
      if (body === undefined || dryRun) {
        kept += 1;
        continue;
      }
      await queue.sendText(to, body);
      await queue.remove(from, [message]);
      replayed += 1;
    }
  }
}

function shown(entry: string): string {
  const { nodeId = "message", reason = entry } = entrySchema.safeParse(parseJson(entry)).data ?? {};
  return printable(`${nodeId}: ${reason}`).slice(0, 300);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const { region, from, to, dryRun } = new Command("replay-quarantine")
    .description("Puts the entries of the quarantine queue back into the work queue, after what was wrong is mended.")
    .requiredOption("--region <region>", "AWS Region of the queues")
    .requiredOption("--from <url>", "URL of the quarantine queue (pulumi stack output regions)")
    .requiredOption("--to <url>", "URL of the work queue")
    .option("--dry-run", "only list what would be replayed", false)
    .allowExcessArguments(false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse()
    .opts<{ region: string; from: string; to: string; dryRun: boolean }>();
  const client = new SQSClient({ region, useQueueUrlAsEndpoint: false });
  const { replayed, kept } = await replayQuarantine(queues(client), { from, to, dryRun }, (line) => console.log(line));
  console.log(`${replayed} replayed, ${kept} kept`);
}
