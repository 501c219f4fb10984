import { troubleOf, writeOrCheck, type GeneratedFile } from "../command-line/generated-file.ts";
import { exitCodeOrRefusal } from "../command-line/input-error.ts";
import { strictCommand } from "./account/command.ts";
import { FACT_GROUPS } from "./verify-aws/facts.ts";
import { assumptionsPage } from "./verify-aws/page.ts";

/** The page that lists what the program assumes about AWS. */
export const ASSUMPTIONS_PAGE = "docs/assumptions.md";

const generated = (path: string): GeneratedFile => ({
  path,
  noun: "the page",
  source: "the facts in commands/verify-aws",
  remedy: "run npm run assumptions to write it again",
  done: `wrote ${path}`,
  content: () => assumptionsPage(FACT_GROUPS),
});

/** Returns one line that says why a page is out of date, or undefined if it matches the facts. */
export const assumptionsPageTrouble = (page: string): Promise<string | undefined> => troubleOf(generated(page));

async function main(): Promise<number> {
  const { check = false } = strictCommand(
    "assumptions",
    `Writes ${ASSUMPTIONS_PAGE} from the facts in commands/verify-aws.`,
    ["", "--check"],
  )
    .option("--check", "change nothing; exit code 1 if the page is out of date")
    .parse()
    .opts<{ check?: true }>();
  return writeOrCheck(generated(ASSUMPTIONS_PAGE), check);
}

if (import.meta.main) process.exitCode = await exitCodeOrRefusal(main);
