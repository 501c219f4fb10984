/** Facts that only an import shows. `--write` imports a test finding (trial-steps.ts). */
import type { FactGroup, WriteFact } from "./fact.ts";

const TIMES = "functions/security-hub/asff/times.ts";
const IMPORT = "functions/security-hub/import-findings.ts";

const write = (text: Omit<WriteFact, "how">): WriteFact => ({ ...text, how: "write" });

export const IMPORT_FACTS: FactGroup = {
  title: "Security Hub: imports",
  facts: [
    write({
      id: "import-shown",
      statement: "An accepted import is shown by GetFindings soon after.",
      assumed: "SuccessCount is 1, and the finding is shown within a minute.",
      then: "Publish reads a closed finding up to three times before it sets RESOLVED.",
      otherwise: "The next sweep sets RESOLVED.",
      handled: true,
      reliesOn: ["functions/security-hub/settle-workflow.ts", IMPORT],
    }),
    write({
      id: "import-tags",
      statement: "Tags of a resource are replaced by each import.",
      assumed: "Tags that an import sends are stored, and an import without tags clears them.",
      then: "The program sends no tags. Security Hub adds those of the resource.",
      otherwise: "Tags that another import sent would stay. No decision depends on them.",
      handled: true,
      reliesOn: ["functions/security-hub/asff/head.ts"],
    }),
    write({
      id: "import-created-at",
      statement: "An import cannot change CreatedAt.",
      assumed: "The stored CreatedAt stays.",
      then: "The program sends the stored CreatedAt again.",
      otherwise: "The same: the program never sends another one.",
      handled: true,
      reliesOn: [TIMES],
    }),
    write({
      id: "import-omitted-fields",
      statement: "An import clears optional fields that it omits.",
      assumed: "SourceUrl is absent after an import without it.",
      then: "A finding has what the last import sent, and nothing older.",
      otherwise: "A finding would keep old fields, such as the vulnerabilities of a patched node.",
      handled: false,
      reliesOn: ["functions/security-hub/asff/compliance.ts"],
    }),
    write({
      id: "import-omitted-product-fields",
      statement: "An import clears keys of ProductFields that it omits.",
      assumed: "A key is absent after an import without it.",
      then: "The program removes a key by sending ProductFields without it.",
      otherwise: "A finding would keep old keys, such as the note that its node was absent in one sweep.",
      handled: false,
      reliesOn: ["functions/security-hub/asff/resend.ts", "functions/security-hub/asff/product-fields.ts"],
    }),
    write({
      id: "import-older",
      statement: "An import with an older UpdatedAt is ignored without an error.",
      assumed: "It counts in SuccessCount, and changes nothing.",
      then: "An earlier reading that is published late does not replace a later one.",
      otherwise:
        "If it is reported as failed, the node is read again or goes to quarantine. If it replaced the newer one: not handled.",
      handled: true,
      reliesOn: [TIMES, IMPORT],
    }),
    write({
      id: "import-suppressed",
      statement: "Imports update a SUPPRESSED finding, and keep its workflow status.",
      assumed: "The content changes, and the status stays SUPPRESSED.",
      then: "A person's SUPPRESSED stays, and the finding stays current.",
      otherwise:
        "If the import is ignored or refused, nothing is lost: the next run tries again. If it changed the status: not handled.",
      handled: true,
      reliesOn: ["functions/security-hub/asff/workflow-due.ts", "functions/finding/reconcile.ts"],
    }),
    write({
      id: "import-reopens",
      statement: "An import that opens a RESOLVED finding resets its workflow status to NEW.",
      assumed: "ARCHIVED to ACTIVE, or PASSED to FAILED, sets NEW.",
      then: "A reopened finding is shown as NEW. The program does not set the status itself.",
      otherwise: "A reopened finding would stay RESOLVED, and people would not see it.",
      handled: false,
      reliesOn: ["functions/security-hub/records.ts", "functions/security-hub/asff/workflow-due.ts"],
    }),
  ],
};

export const IMPORT_FACT_IDS: readonly string[] = IMPORT_FACTS.facts.map(({ id }) => id);
