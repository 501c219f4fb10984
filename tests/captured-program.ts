/** The resource graph of the program itself, for the tests that look at what would be deployed. */
import type { CapturedResource } from "../local/captured-resource.ts";
import { captureGraph } from "../local/graph.ts";

export const ACCOUNT = "123456789012";

export function captureProgram(
  regions: readonly string[] = ["eu-west-1"],
  settings: Readonly<Record<string, unknown>> = {},
  { account = ACCOUNT, stack = "local" } = {},
): Promise<CapturedResource[]> {
  const config = Object.entries({ regions, ...settings }).map(
    ([key, value]) => [`patch-manager-findings:${key}`, JSON.stringify(value)] as const,
  );
  return captureGraph({ config: Object.fromEntries(config), account, stack });
}

/** The captured resources, by type and name without the component's prefix. */
export class Program {
  readonly resources: readonly CapturedResource[];
  readonly #prefix: string;

  constructor(resources: readonly CapturedResource[], region = "eu-west-1") {
    this.#prefix = `patch-findings-${region}`;
    this.resources = resources;
  }

  /** Of one type, such as `Queue`. */
  all(type: string): CapturedResource[] {
    return this.resources.filter((each) => each.type.endsWith(`:${type}`));
  }

  /** @throws where there is not exactly one */
  one(type: string, name: string): CapturedResource {
    const [found, ...more] = this.all(type).filter((each) => this.short(each.name) === name);
    if (found === undefined || more.length > 0) throw new Error(`${more.length + 1} or no ${type} named ${name}`);
    return found;
  }

  arn(type: string, name: string): string {
    return this.one(type, name).arn;
  }

  /** A text with each ARN, URL and name of the program by its short name: `<queues-work>`. */
  short(text: string): string {
    return text.replace(this.#prefix, "").replace(/^-/, "");
  }
}
