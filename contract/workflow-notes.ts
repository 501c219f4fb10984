import { PROGRAM } from "./generators.ts";

/** The author of the program's notes. */
export const NOTE_AUTHOR = PROGRAM;

/** The beginning of the note of a finding that the program has suppressed, because exceptions accept its patches. */
export const SUPPRESSED_BY_PROGRAM = `Suppressed by ${PROGRAM}: `;
