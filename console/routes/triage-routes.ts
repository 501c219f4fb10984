/** Changes of workflow status that a person asks for. */
import * as z from "zod";
import { InputError } from "../../command-line/input-error.ts";
import { userName } from "../../command-line/user-name.ts";
import { present } from "../../presentation/findings/finding-fields.ts";
import {
  MOST_AUTHOR,
  MOST_NOTE,
  TRIAGE_STATUSES,
  triagePlan,
  triageProblem,
} from "../../presentation/findings/triage-plan.ts";
import { planInWords } from "../../presentation/findings/triage-words.ts";
import type { FindingView } from "../../presentation/findings/finding-view.ts";
import type { TriagePreview } from "../api.ts";
import type { Findings } from "../findings.ts";
import type { ConsoleSource, TriageRequest } from "../source.ts";
import type { Command } from "./command.ts";

/** Findings of one write. The page sends fewer at once, so that a person sees the progress. */
const MOST_FINDINGS = 5_000;
/** Findings of a preview, which writes nothing and must count all of them. */
const MOST_PREVIEWED = 100_000;
/** The Ids and ProductArns of 5,000 findings, or the keys of 100,000. */
const MAX_BYTES = 4 * 1024 * 1024;

const triageRequest = z.strictObject({
  /** Findings by their keys in the console, as its page sends them. */
  keys: z.array(z.string().max(64)).max(MOST_FINDINGS).optional(),
  /** Findings by what Security Hub calls them, as the command line sends them. */
  findings: z
    .array(z.strictObject({ id: z.string().max(512), productArn: z.string().max(2_048) }))
    .max(MOST_FINDINGS)
    .optional(),
  status: z.enum(TRIAGE_STATUSES),
  note: z.string().min(1).max(MOST_NOTE).optional(),
  by: z.string().min(1).max(MOST_AUTHOR).optional(),
  replaceNotes: z.boolean().optional(),
});
const previewRequest = triageRequest.extend({ keys: z.array(z.string().max(64)).max(MOST_PREVIEWED).optional() });
type Asked = z.output<typeof triageRequest>;

/** Adds the triage and its preview. The preview writes nothing. */
export function addTriage({ triage }: ConsoleSource, findings: Findings, command: Command): void {
  command("/triage", triageRequest, (asked) => triage(requestOf(asked, findings)), MAX_BYTES);
  command(
    "/triage/preview",
    previewRequest,
    (asked) => {
      const { note, status, replaceNotes = false } = asked;
      const request = { status, by: authorOf(asked), replaceNotes, ...(note !== undefined && { note }) };
      const problem = triageProblem(request);
      if (problem !== undefined) throw new InputError(problem);
      const plan = triagePlan(viewsOf(asked, findings), request);
      const words = planInWords(plan, "before");
      return { message: words.join("\n"), changes: plan.updates.length, words } satisfies TriagePreview;
    },
    MAX_BYTES,
  );
}

/** Preview and write decide with the same author: the person at this machine, unless the request names another. */
function authorOf({ by = userName() }: Asked): string {
  return by;
}

function requestOf({ keys, findings: given = [], ...rest }: Asked, findings: Findings): TriageRequest {
  const named = viewsOf({ keys }, findings).map(({ id, productArn }) => ({ id, productArn }));
  if (named.length + given.length === 0) throw new InputError("no finding was chosen");
  return { ...present(rest), by: authorOf(rest), findings: [...named, ...given] };
}

/** Findings that disappeared since the page listed them are left out. */
function viewsOf({ keys = [] }: Pick<Asked, "keys">, findings: Findings): FindingView[] {
  const wanted = new Set(keys);
  return findings
    .all()
    .filter(({ key }) => wanted.has(key))
    .map(({ view }) => view);
}
