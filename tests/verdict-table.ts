/** Tables of readings and the verdicts on them. */
import { expect } from "chai";
import type { NodeReference } from "../functions/domain/node-reference.ts";
import type { NodeReading, SourceReading } from "../functions/domain/reading.ts";
import { judge, MAX_LOOKS } from "../functions/domain/verdict.ts";
import { reading, reference, source } from "./node-fixtures.ts";

export const LAST_LOOK = MAX_LOOKS - 1;

export function association(parts: Partial<SourceReading> = {}): SourceReading {
  return source({ kind: "Association", operationId: "assoc-1", status: "COMPLIANT", ...parts });
}

/** A node at its looks, and what is said of it. */
export interface Case {
  readonly name: string;
  readonly reference?: Partial<NodeReference>;
  readonly sources?: readonly SourceReading[];
  readonly reading?: Partial<NodeReading>;
  /** Expected at the first look, and at the last one (where nothing else is said, the same). */
  readonly first: string;
  readonly last?: string;
  /** The kind of blind spot at the last look; none where absent. */
  readonly blindSpot?: string;
  /** In the reason at the first look, or in the notes at the last one. */
  readonly says?: RegExp;
}

export function judgeTable(cases: readonly Case[]): void {
  for (const { name, first, last = first, says, blindSpot, ...given } of cases) {
    it(`${name}: ${first === last ? first : `${first}, at the last look ${last}`}`, () => {
      const read = reading(given.sources ?? [], given.reading);
      const verdicts = [0, LAST_LOOK - 1, LAST_LOOK].map((looks) =>
        judge(reference({ looks, ...given.reference }), read),
      );
      expect(verdicts.map(({ status }) => status)).to.deep.equal([first, first, last]);
      const kinds = verdicts.map((one) => ("blindSpot" in one ? one.blindSpot.kind : undefined));
      expect(kinds.at(-1)).to.equal(blindSpot);
      if (says === undefined) return;
      const words = verdicts.map((one) => ("reason" in one ? one.reason : one.evidence.notes));
      expect(
        words.filter((text) => says.test(text)),
        words.join(" | "),
      ).to.not.be.empty;
    });
  }
}
