import type { Failure } from "../schema/validate.ts";
import { validate } from "../schema/validate.ts";
import type { Schema } from "../schema/shape.ts";
import { isUnknown, objectOf, type Values } from "../values.ts";
import { valueAt } from "./checks.ts";
import { withName, type NameRequest } from "./naming.ts";
import type { ResourceRules } from "./resource-rules.ts";
import { rulesOf } from "./resource-types.ts";
import { allTags, tagFailures } from "./tags.ts";

/** The settings of the provider that resources inherit. */
export interface Inherited {
  readonly region?: string;
  readonly defaultTags: Values;
}

export interface Checked {
  readonly inputs: Values;
  readonly failures: readonly Failure[];
}

interface CheckRequest extends NameRequest {
  readonly type: string;
  readonly news: Values;
  readonly olds?: Values;
}

/**
 * Checks inputs and adds what the provider chooses: physical name, Region and all tags.
 * @throws {Error} for a type that the stand-in does not know
 */
export function checkResource(request: CheckRequest, schema: Schema, inherited: Inherited): Checked {
  const { type, news, olds } = request;
  const rules = rulesOf(type);
  const shape = schema[type];
  if (shape === undefined) throw new Error(`the schema lacks ${type}`);
  const mistakes = validate(news, shape);
  if (mistakes.length > 0) return { inputs: news, failures: mistakes };
  const named = withName(news, olds, rules, request);
  const { region } = inherited;
  // pulumi-aws sets these before its own checks (provider/region.go and provider/tags.go).
  const inputs = {
    ...named.inputs,
    ...("region" in shape.properties && region !== undefined && { region: news["region"] ?? region }),
    ...("tags" in shape.properties && {
      tagsAll: isUnknown(news["tags"]) ? news["tags"] : allTags(news, inherited.defaultTags),
    }),
  };
  return { inputs, failures: [...named.failures, ...ruleFailures(inputs, rules)] };
}

function ruleFailures(inputs: Values, { checks = {}, together }: ResourceRules): Failure[] {
  const single = Object.entries(checks).flatMap(([property, check]) => {
    const value = valueAt(inputs, property);
    const reason = value === undefined ? undefined : check(value);
    return reason === undefined ? [] : [{ property, reason }];
  });
  return [...single, ...(together?.(inputs) ?? []), ...tagFailures(objectOf(inputs, "tagsAll"), "tags")];
}
