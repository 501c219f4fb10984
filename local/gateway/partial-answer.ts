/** Faults of kind `partial`: a batch call succeeds, but some of its entries fail. */
import type { ApiCall } from "./admission.ts";
import type { StandIn } from "./stand-in.ts";

/** One entry in this many fails, starting with the first. */
const EVERY = 5;

/**
 * Passes the other entries to the stand-in, and adds the failed ones to its response.
 * @param code the error code of the failed entries
 */
export async function answerPartly(call: ApiCall, standIn: StandIn, code: string): Promise<unknown> {
  if (call.operation === "BatchImportFindings") return importPartly(call, standIn, code);
  if (call.operation === "BatchUpdateFindings") return updatePartly(call, standIn, code);
  return sendPartly(call, standIn, code);
}

async function importPartly(call: ApiCall, standIn: StandIn, code: string): Promise<unknown> {
  const findings = objects(call.input["Findings"]);
  const failed = findings.filter((_, index) => index % EVERY === 0);
  const rest = findings.filter((_, index) => index % EVERY !== 0);
  const done =
    rest.length === 0 ? {} : fields(await standIn.call(call.operation, { ...call.input, Findings: rest }, call.caller));
  const failures = failed.map((finding) => ({
    Id: finding["Id"],
    ErrorCode: code,
    ErrorMessage: `${code} by the fault plan`,
  }));
  const all = [...objects(done["FailedFindings"]), ...failures];
  return { FailedCount: all.length, SuccessCount: Number(done["SuccessCount"] ?? 0), FailedFindings: all };
}

async function updatePartly(call: ApiCall, standIn: StandIn, code: string): Promise<unknown> {
  const asked = objects(call.input["FindingIdentifiers"]);
  const rest = asked.filter((_, index) => index % EVERY !== 0);
  const input = { ...call.input, FindingIdentifiers: rest };
  const done = rest.length === 0 ? {} : fields(await standIn.call(call.operation, input, call.caller));
  const failures = asked
    .filter((_, index) => index % EVERY === 0)
    .map((identifier) => ({
      FindingIdentifier: identifier,
      ErrorCode: code,
      ErrorMessage: `${code} by the fault plan`,
    }));
  return {
    ProcessedFindings: objects(done["ProcessedFindings"]),
    UnprocessedFindings: [...objects(done["UnprocessedFindings"]), ...failures],
  };
}

async function sendPartly(call: ApiCall, standIn: StandIn, code: string): Promise<unknown> {
  const [first, ...rest] = objects(call.input["Entries"]);
  const done =
    rest.length === 0 ? {} : fields(await standIn.call(call.operation, { ...call.input, Entries: rest }, call.caller));
  const failure = { Id: first?.["Id"], SenderFault: false, Code: code, Message: `${code} by the fault plan` };
  return { Successful: objects(done["Successful"]), Failed: [...objects(done["Failed"]), failure] };
}

function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(fields) : [];
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
