import * as z from "zod";
import { POLICY_BOUNDS } from "../../contract/policies.ts";
import { descriptions, fieldMeanings } from "./descriptions.ts";
import { namesAny, nodeConditions, wordsOf } from "./node-conditions.ts";
import { endOf, isNearEnough, MOST_DAYS_AHEAD } from "./until.ts";
import { exactText, listOf, matching, printableText } from "./value-types.ts";

const UNTIL = { error: 'must be a date such as "2027-06-30", or a time such as "2027-06-30T18:00:00Z"' };

const patchConditions = z
  .strictObject(
    {
      ids: wordsOf(exactText(256), "KB numbers or package names").register(fieldMeanings, {
        meaning: "KB numbers or package names, such as `KB5034441` or `openssl`. Upper and lower case do not matter.",
      }),
      cves: wordsOf(matching(/^CVE-\d{4}-\d{4,12}$/i, "the id of a CVE, such as CVE-2026-12345"), "CVEs").register(
        fieldMeanings,
        { meaning: "CVEs. A patch is meant if it fixes at least one of them, and no other CVE." },
      ),
      names: wordsOf(exactText(256), "patterns").register(fieldMeanings, {
        meaning: "Patterns of ids and titles. `*` stands for any characters. Upper and lower case do not matter.",
      }),
    },
    { error: "must be an object with any of ids, cves and names" },
  )
  .refine(namesAny, { error: "must name at least one of ids, cves and names" });

const exception = z
  .strictObject(
    {
      patches: patchConditions.optional().register(fieldMeanings, {
        meaning: "The patches that are accepted: those that meet one of the conditions. Without it, all patches are.",
      }),
      nodes: nodeConditions.optional().register(fieldMeanings, {
        meaning: "The nodes: those that meet all conditions. Without it, all nodes.",
      }),
      owner: printableText(64).register(fieldMeanings, { meaning: "Who accepts the risk. The finding shows it." }),
      reason: printableText(200).register(fieldMeanings, { meaning: "Why. The finding shows it." }),
      ticket: printableText(64).optional().register(fieldMeanings, { meaning: "A ticket. The finding shows it." }),
      until: z
        .string(UNTIL)
        .refine((until) => endOf(until) !== undefined, UNTIL)
        .refine((until) => isNearEnough(until, Date.now()), {
          error: `must be at most ${MOST_DAYS_AHEAD} days from now`,
        })
        .register(fieldMeanings, {
          meaning:
            "When the exception ends. A date holds to the end of that day, in UTC. Write it in quotes. " +
            "An exception that has ended may stay in the list. It has no effect.",
        }),
    },
    { error: "must be an exception with owner, reason, until, and patches or nodes" },
  )
  .refine(({ patches, nodes }) => patches !== undefined || nodes !== undefined, {
    error: "must have patches or nodes",
  });

/** The setting `exceptions`. */
export const exceptions = listOf(exception, "exceptions", { most: POLICY_BOUNDS.exceptions })
  .default([])
  .register(descriptions, {
    meaning:
      "Risks that somebody has accepted until a date. An accepted patch does not count for the severity and the deadline, " +
      "and the finding says who accepted it. A long list can be in a file: the setting is then the path of a JSON file " +
      "with the list, such as `exceptions.json`, relative to the project's folder.",
    example: [
      {
        patches: { ids: ["KB5034441"] },
        nodes: { tags: { Team: "payments" } },
        owner: "Ann Lee",
        reason: "The recovery partition is too small. The nodes are replaced in June.",
        ticket: "OPS-4711",
        until: "2026-06-30",
      },
    ],
  });
