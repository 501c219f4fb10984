import { descriptions } from "./descriptions.ts";
import { eachOnce, listOf, oneOf, printableText, trueOrFalse } from "./value-types.ts";

const UPDATES =
  "After a change, open findings are updated when their nodes are checked next. " +
  "Open blind-spot findings are updated within about 7 days.";

const productName = printableText(128)
  .default("Systems Manager Patch Manager")
  .register(descriptions, {
    meaning:
      "`ProductName` of the findings. The default is the name that AWS's own integration uses, " +
      `so saved filters keep working. ${UPDATES}`,
    example: "Acme Patch Compliance",
  });

const companyName = printableText(128)
  .default("Patch Manager Findings")
  .register(descriptions, {
    meaning:
      "`CompanyName` of the findings. Filter by it to tell these findings from those of AWS's own integration, " +
      `whose company name is \`AWS\`. ${UPDATES}`,
    example: "Acme",
  });

const hybridResourceType = oneOf(["Other", "AwsEc2Instance"])
  .default("Other")
  .register(descriptions, {
    meaning:
      "The resource type in findings about hybrid nodes (`mi-...`). AWS's own integration reports them as " +
      `\`AwsEc2Instance\`. EC2 instances always have the type \`AwsEc2Instance\`. ${UPDATES}`,
    example: "AwsEc2Instance",
  });

const insights = trueOrFalse()
  .default(false)
  .register(descriptions, {
    meaning:
      "`true` creates Security Hub [insights](operations.md#insights) over this program's open findings in each Region. " +
      "Security Hub must be enabled when `pulumi up` runs, or `enableSecurityHub` must be `true`.",
    example: true,
  });

const insightPatchGroups = listOf(printableText(256), "patch groups", { most: 20 })
  .refine(eachOnce, { error: "must name each patch group once" })
  .default([])
  .register(descriptions, {
    meaning: "Patch groups. Each gets its own insight, which lists its noncompliant nodes. It needs `insights: true`.",
    example: ["web-servers", "databases"],
    exampleNeeds: { insights: true },
  });

const ownerTag = printableText(128)
  .optional()
  .register(descriptions, {
    meaning:
      "The key of the tag that names the owner of a node, for [owners](finding.md#owners). " +
      "Security Hub adds the node's tags to its finding. Keys are compared exactly, with upper and lower case.",
    example: "Team",
  });

const insightOwners = listOf(printableText(256), "owners", { most: 20 })
  .refine(eachOnce, { error: "must name each owner once" })
  .default([])
  .register(descriptions, {
    meaning:
      "Values of the tag `ownerTag`. Each gets its own insight, which lists the owner's noncompliant nodes. " +
      "It needs `insights: true` and `ownerTag`.",
    example: ["payments", "platform"],
    exampleNeeds: { insights: true, ownerTag: "Team" },
  });

/** Settings of the findings. */
export const findingSettings = {
  title: "Content of the findings",
  shape: {
    productName,
    companyName,
    hybridResourceType,
    ownerTag,
    insights,
    insightPatchGroups,
    insightOwners,
  },
};
