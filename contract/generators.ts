/** `compliance`: the node is noncompliant. `blindSpot`: its patch status is unknown. */
export const FINDING_KINDS = ["compliance", "blindSpot"] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** The program's name in Ids, GeneratorIds and notes. */
export const PROGRAM = "patch-manager-findings";

/** GeneratorId of each kind. With product, account and Region it tells the program's findings from all others. */
export const GENERATOR_IDS: Readonly<Record<FindingKind, string>> = {
  compliance: PROGRAM,
  blindSpot: `${PROGRAM}/blind-spot`,
};

/** Returns the kind of finding that a GeneratorId stands for; undefined if it is not the program's. */
export function kindOfGenerator(generatorId: string | undefined): FindingKind | undefined {
  return FINDING_KINDS.find((kind) => GENERATOR_IDS[kind] === generatorId);
}
