import * as z from "zod";

/** How docs/settings.md explains a setting. */
interface Description {
  /** Markdown. Links are relative to docs/. */
  readonly meaning: string;
  /** A value that the schema accepts. The page shows it as a command to paste. */
  readonly example: z.$output;
  /** Other settings that the example needs. */
  readonly exampleNeeds?: Readonly<Record<string, unknown>>;
}

/** The descriptions of the settings. Each setting registers its own. */
export const descriptions = z.registry<Description>();

/** What the fields of structured settings mean, in Markdown. */
export const fieldMeanings = z.registry<{ readonly meaning: string }>();

/** Settings that docs/settings.md lists under one heading. */
export interface SettingGroup {
  readonly title: string;
  readonly shape: Readonly<Record<string, z.core.$ZodType>>;
}
