import type { Fact, FactGroup } from "./fact.ts";
import { policyText, READ_ACTIONS, WRITE_ACTIONS } from "./permissions.ts";

const INTRODUCTION = `<!-- \`npm run assumptions\` writes this page from commands/verify-aws/. Do not edit it. -->

# Assumptions

What this program assumes about AWS and could not confirm, because AWS does not document it and the program has not run in a
live account yet. For each fact the page says what the code does if AWS does as assumed, and what it does otherwise.

## Check our assumptions in your account

\`\`\`sh
npm run verify-aws -- --region eu-west-1
\`\`\`

The command reads small samples, and takes a few minutes. It prints a table and a text that you can paste into an issue. The
text is made of this program's own words, of numbers, and of single words of AWS's API. It holds no account ids, ids of
resources, names, ARNs and IPs. Read it before you paste it.

| verdict     | meaning                                                                   |
| ----------- | ------------------------------------------------------------------------- |
| as assumed  | your data shows the fact                                                  |
| differs     | your data shows something else. The line says whether the code handles it |
| not seen    | your account has no data that could show it. That proves nothing          |
| not allowed | AWS denied a call. The line names the missing permission                  |
| not checked | a call failed for another reason                                          |

| exit code | meaning                                                                                |
| --------- | -------------------------------------------------------------------------------------- |
| 0         | every fact that could be seen is as assumed, or differs in a way that the code handles |
| 1         | a fact differs that the code does not handle, or a check could not be done             |
| 2         | the command line is wrong                                                              |
| 130       | Ctrl-C ended \`--write\`                                                                 |

With \`--write\` the command also imports one test finding about a resource that does not exist, changes it, and archives it
with the workflow status RESOLVED. It asks first, unless you give \`--yes\`. It archives the finding also if a step fails or
you press Ctrl-C. The finding has severity INFORMATIONAL and the GeneratorId \`patch-manager-findings-verify-aws\`. Rules that
match all findings of Security Hub receive it. If an automation rule of yours changes it, the command reports what the rule
did.

If your stack has another \`namePrefix\`, give it with \`--name-prefix\`: the command finds the state machine and the queues by it.

### Permissions

These permissions are enough without \`--write\`:
`;

/**
 * Returns the page that lists all facts, in Markdown.
 *
 * @example await writeFile("docs/assumptions.md", assumptionsPage(FACT_GROUPS));
 */
export function assumptionsPage(groups: readonly FactGroup[]): string {
  const sections = groups.map(({ title, facts }) => [`## ${title}`, ...facts.map(factSection)].join("\n\n"));
  return `${[
    INTRODUCTION.trimEnd(),
    fenced(policyText(READ_ACTIONS)),
    "These are enough with `--write`:",
    fenced(policyText([...READ_ACTIONS, ...WRITE_ACTIONS])),
    ...sections,
  ].join("\n\n")}\n`;
}

const fenced = (json: string): string => `\`\`\`json\n${json}\n\`\`\``;

function factSection(fact: Fact): string {
  const lines = [
    `- **Assumed:** ${fact.assumed}`,
    `- **If so:** ${fact.then}`,
    `- **${fact.handled ? "Otherwise" : "Otherwise (not handled)"}:** ${fact.otherwise}`,
    `- **Code:** ${fact.reliesOn.map((file) => `[${file}](../${file})`).join(", ")}`,
    `- **Checked:** ${howChecked(fact)}`,
  ];
  return [`### ${fact.id}`, fact.statement, lines.join("\n")].join("\n\n");
}

function howChecked(fact: Fact): string {
  switch (fact.how) {
    case "read":
      return "by reading";
    case "write":
      return "with `--write`";
    case "manual":
      return `by hand. ${fact.manual}`;
  }
}
