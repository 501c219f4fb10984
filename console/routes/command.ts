import type * as z from "zod";
import type { CommandResult } from "../api.ts";

/** Adds the route of a button: its path, what its request may hold, what it does, and the longest request in bytes. */
export type Command = <Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  run: (request: z.output<Schema>) => Promise<string | CommandResult> | string | CommandResult,
  maxBytes?: number,
) => void;
