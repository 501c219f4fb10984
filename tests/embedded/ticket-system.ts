/** A ticket system that knows nothing but the events of findings, as docs/integrations.md describes a consumer. */
import * as z from "zod";
import { asFinding, shapesOf } from "./life-shapes.ts";

const importedEvent = z.object({ detail: z.object({ findings: z.tuple([asFinding]) }) });
type Finding = z.infer<typeof asFinding>;

interface Ticket {
  readonly isOpen: boolean;
  readonly severity: string;
  readonly isOverdue: boolean;
  readonly isAccepted: boolean;
  /** The changes that it was told, in order. */
  readonly history: readonly string[];
  readonly updatedAt: number;
}

export class TicketSystem {
  readonly tickets = new Map<string, Ticket>();
  readonly #seen = new Set<string>();
  /** Events that said nothing new. */
  ignored = 0;

  receive(event: object): void {
    const [finding] = importedEvent.parse(event).detail.findings;
    const changeId = finding.ProductFields["PatchFindings/ChangeId"] ?? "";
    const before = this.tickets.get(finding.Id);
    const updatedAt = Date.parse(finding.UpdatedAt);
    if (this.#seen.has(changeId) || updatedAt < (before?.updatedAt ?? 0)) {
      this.ignored += 1;
      return;
    }
    this.#seen.add(changeId);
    const change = finding.ProductFields["PatchFindings/Change"] ?? "";
    this.tickets.set(finding.Id, { ...shown(finding), history: [...(before?.history ?? []), change], updatedAt });
  }

  /** Open tickets in the words of {@link openFindings}. */
  open(): string[] {
    return [...this.tickets].flatMap(([id, ticket]) => (ticket.isOpen ? [inWords(id, ticket)] : [])).toSorted();
  }
}

function shown({ RecordState, Severity, ProductFields }: Finding) {
  return {
    isOpen: RecordState !== "ARCHIVED",
    severity: Severity.Label,
    isOverdue: ProductFields["PatchFindings/Overdue"] === "true",
    isAccepted: ProductFields["PatchFindings/Accepted"] === "all",
  };
}

function inWords(id: string, { severity, isOverdue, isAccepted }: Omit<Ticket, "history" | "updatedAt">): string {
  return [id, severity, ...(isOverdue ? ["overdue"] : []), ...(isAccepted ? ["accepted"] : [])].join(" ");
}

/** The open findings that began at or after a time, in words. */
export function openFindings(findings: readonly object[], from: string): string[] {
  const since = ({ ProductFields }: Finding) => ProductFields["PatchFindings/OpenedAt"] ?? "";
  return shapesOf(findings)
    .filter((finding) => finding.RecordState !== "ARCHIVED" && Date.parse(since(finding)) >= Date.parse(from))
    .map((finding) => inWords(finding.Id, shown(finding)))
    .toSorted();
}
