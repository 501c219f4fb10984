import { readFileSync } from "node:fs";

/** The state machine in Amazon States Language, with placeholders such as `${GatherFunctionArn}`. */
const DEFINITION = new URL("./patch-findings.asl.json", import.meta.url);

const PLACEHOLDER = /\$\{(\w+)\}/g;

/** Returns the names of the placeholders, each once. */
export function placeholders(text: string = readDefinition()): string[] {
  return [...new Set([...text.matchAll(PLACEHOLDER)].map(([, name = ""]) => name))];
}

/**
 * Returns the definition for one deployment.
 *
 * @param values one ARN or URL per placeholder
 * @param partition the partition of the service integrations' ARNs: `arn:aws-cn:states:::...` in China
 * @throws {Error} if a placeholder has no value, or a value has no placeholder
 * @example renderDefinition({ GatherFunctionArn: "arn:aws:lambda:...", WorkQueueUrl: "https://sqs...", ... })
 */
export function renderDefinition(values: Readonly<Record<string, string>>, partition = "aws"): string {
  const text = readDefinition();
  const names = placeholders(text);
  const missing = names.filter((name) => !Object.hasOwn(values, name));
  const unused = Object.keys(values).filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Error(`no value for ${missing.join(", ")} of the state machine's definition`);
  if (unused.length > 0) throw new Error(`the state machine's definition has no placeholder ${unused.join(", ")}`);
  return text
    .replace(PLACEHOLDER, (_, name: string) => values[name] ?? "")
    .replaceAll('"arn:aws:states:::', `"arn:${partition}:states:::`);
}

function readDefinition(): string {
  return readFileSync(DEFINITION, "utf8");
}
