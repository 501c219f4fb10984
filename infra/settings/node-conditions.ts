import * as z from "zod";
import { fieldMeanings } from "./descriptions.ts";
import { exactText, listOf, matching } from "./value-types.ts";

// Zod shows the message of the only part that has the right type, so all have the same one.
const TAG_VALUES = { error: "must be a tag value of at most 256 characters, or a list of 1 to 20 of them" };
const tagValue = exactText(256, 0);
/** Accepts one tag value, or a list of them. */
export const tagValues = z.union(
  [tagValue, z.array(tagValue, TAG_VALUES).min(1, TAG_VALUES).max(20, TAG_VALUES)],
  TAG_VALUES,
);

/** Accepts tag keys with one value or a list of values. */
export const tagConditions = z
  .record(exactText(128), tagValues, { error: "must be a mapping of tag keys to values" })
  .refine((tags) => Object.keys(tags).length > 0, { error: "must name at least one tag key" });

export const TAGS_MEANING =
  "Tags of the node. It must have each of these keys, with one of its values. Upper and lower case matter, as in AWS. " +
  "The roles of Gather and the sweep may then read tags (`tag:GetResources`).";

/** Returns whether an object names any condition. */
export const namesAny = (conditions: object): boolean => Object.values(conditions).some((value) => value !== undefined);

/** Accepts lists of a condition's words. @param what the words, in the plural */
export const wordsOf = (word: z.ZodString, what: string) => listOf(word, what, { least: 1, most: 500 }).optional();

/** Accepts conditions that say which nodes a policy is about. */
export const nodeConditions = z
  .strictObject(
    {
      ids: wordsOf(
        matching(/^(?:i-(?:[0-9a-f]{8}|[0-9a-f]{17})|mi-[0-9a-f]{17})$/, "the id of a managed node (i-... or mi-...)"),
        "node ids",
      ).register(fieldMeanings, { meaning: "Ids of nodes." }),
      tags: tagConditions.optional().register(fieldMeanings, { meaning: TAGS_MEANING }),
      patchGroups: wordsOf(exactText(256), "patch groups").register(fieldMeanings, { meaning: "Patch groups." }),
      platforms: wordsOf(exactText(64), "beginnings of platform names").register(fieldMeanings, {
        meaning: "Beginnings of platform names, such as `Ubuntu`. Upper and lower case do not matter.",
      }),
    },
    { error: "must be an object with any of ids, tags, patchGroups and platforms" },
  )
  .refine(namesAny, { error: "must name at least one of ids, tags, patchGroups and platforms" });
