import { SQSClient } from "@aws-sdk/client-sqs";
import { InvalidArgumentError } from "commander";
import * as z from "zod";
import { queues, type Queue } from "../functions/queues/queue.ts";
import { parseIfJson } from "../command-line/json-syntax.ts";
import { printable } from "../command-line/terminal.ts";
import { accountClient } from "./account/client.ts";
import { CLIENT_SETTINGS, exitCodeOf, regionCommand } from "./account/command.ts";

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
  const parsed = entrySchema.safeParse(parseIfJson(entry));
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
      print(`${verb(body, dryRun)}: ${shown(message.body)}`);
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

function verb(body: string | undefined, dryRun: boolean): string {
  if (body === undefined) return "kept (its message was too long to keep)";
  return dryRun ? "would replay" : "replayed";
}

function shown(entry: string): string {
  const { nodeId = "message", reason = entry } = entrySchema.safeParse(parseIfJson(entry)).data ?? {};
  return printable(`${nodeId}: ${reason}`).slice(0, 300);
}

const NEEDS =
  "The credentials must be allowed sqs:ReceiveMessage and sqs:DeleteMessage on the quarantine queue, and sqs:SendMessage " +
  "on the work queue; with a KMS key of your own, kms:Decrypt and kms:GenerateDataKey on it.";

/** Anything else would only show as a queue that does not exist, after all retries. */
function queueUrl(text: string): string {
  if (/^https?:\/\/[\w.:-]+\/\d{12}\/[\w-]{1,80}$/.test(text)) return text;
  throw new InvalidArgumentError(
    "Allowed: a queue's URL such as https://sqs.eu-west-1.amazonaws.com/111122223333/name.",
  );
}

async function main(): Promise<number> {
  const command = regionCommand(
    "replay-quarantine",
    "Puts the entries of the quarantine queue back into the work queue, after what was wrong is mended.",
  )
    .requiredOption("--from <url>", "URL of the quarantine queue (pulumi stack output regions)", queueUrl)
    .requiredOption("--to <url>", "URL of the work queue", queueUrl)
    .option("--dry-run", "only list what would be replayed", false)
    .parse();
  const { region, ...options } = command.opts<{ region: string; from: string; to: string; dryRun: boolean }>();
  // It would never come to an end.
  if (options.from === options.to) command.error("error: --from and --to are the same queue");
  const client = accountClient(new SQSClient({ ...CLIENT_SETTINGS, region, useQueueUrlAsEndpoint: false }));
  return exitCodeOf("the quarantine queue was not replayed to its end", NEEDS, async () => {
    const { replayed, kept } = await replayQuarantine(queues(client), options, (line) => console.log(line));
    console.log(`${replayed} replayed, ${kept} kept${options.dryRun ? "; --dry-run changes nothing" : ""}`);
    return 0;
  });
}

if (import.meta.main) process.exitCode = await main();
