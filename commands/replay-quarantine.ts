import { SQSClient } from "@aws-sdk/client-sqs";
import { InvalidArgumentError } from "commander";
import * as z from "zod";
import { queues, type Queue } from "../functions/queues/queue.ts";
import { parseIfJson } from "../command-line/json-syntax.ts";
import { printable } from "../command-line/terminal.ts";
import { accountClient } from "./account/client.ts";
import { CLIENT_SETTINGS, exitCodeOf, regionCommand } from "./account/command.ts";

/** Visibility timeout of the received entries: a second receive must not return them during the same replay. */
const HIDE_SECONDS = 120;

const entrySchema = z.looseObject({
  nodeId: z.string().optional(),
  reason: z.string().optional(),
  references: z.array(z.unknown()).optional(),
  body: z.string().optional(),
});

/** Returns the message to send to the work queue, or undefined if the quarantine entry does not hold it. */
export function replayBody(entry: string): string | undefined {
  const parsed = entrySchema.safeParse(parseIfJson(entry));
  // EventBridge writes events that a rule could not deliver. Such an entry is itself the message.
  if (!parsed.success || parsed.data.reason === undefined) return entry;
  const { references, body } = parsed.data;
  return references === undefined ? body : JSON.stringify({ references });
}

/**
 * Sends the message in each quarantine entry to the work queue, then deletes the entry. Prints one line per entry.
 *
 * @example await replayQuarantine(queues(client), { from: quarantineUrl, to: workUrl, dryRun: false }, console.log);
 */
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
      print(`${actionText(body, dryRun)}: ${entryText(message.body)}`);
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

function actionText(body: string | undefined, dryRun: boolean): string {
  if (body === undefined) return "kept (its message was too long to be stored in the entry)";
  return dryRun ? "would replay" : "replayed";
}

function entryText(entry: string): string {
  const { nodeId = "message", reason = entry } = entrySchema.safeParse(parseIfJson(entry)).data ?? {};
  return printable(`${nodeId}: ${reason}`).slice(0, 300);
}

const NEEDS =
  "The credentials must be allowed sqs:ReceiveMessage and sqs:DeleteMessage on the quarantine queue, and sqs:SendMessage " +
  "on the work queue; with a KMS key of your own, kms:Decrypt and kms:GenerateDataKey on it.";

/** Returns the option's value if it is a queue URL. Other text would fail only after all retries, as an unknown queue. */
function queueUrl(text: string): string {
  if (/^https?:\/\/[\w.:-]+\/\d{12}\/[\w-]{1,80}$/.test(text)) return text;
  throw new InvalidArgumentError("Allowed: a queue URL such as https://sqs.eu-west-1.amazonaws.com/111122223333/name.");
}

async function main(): Promise<number> {
  const command = regionCommand(
    "replay-quarantine",
    "Sends the entries of the quarantine queue to the work queue. Run it after you fixed their reason.",
    ["--region eu-west-1 --from QUARANTINE_URL --to WORK_URL --dry-run"],
  )
    .requiredOption("--from <url>", "URL of the quarantine queue (pulumi stack output regions)", queueUrl)
    .requiredOption("--to <url>", "URL of the work queue", queueUrl)
    .option("--dry-run", "list the entries that would be replayed; change nothing", false)
    .parse();
  const { region, ...options } = command.opts<{ region: string; from: string; to: string; dryRun: boolean }>();
  // The replay would never end: it would receive its own messages.
  if (options.from === options.to)
    command.error("error: --from and --to are the same queue; give the quarantine queue and the work queue");
  const client = accountClient(new SQSClient({ ...CLIENT_SETTINGS, region, useQueueUrlAsEndpoint: false }));
  return exitCodeOf("not all entries of the quarantine queue were replayed", NEEDS, async () => {
    const { replayed, kept } = await replayQuarantine(queues(client), options, (line) => console.log(line));
    console.log(`${replayed} replayed, ${kept} kept${options.dryRun ? "; --dry-run changes nothing" : ""}`);
    return 0;
  });
}

if (import.meta.main) process.exitCode = await main();
