import { sameValue, type Values } from "../values.ts";
import { DEFAULTS, isDefault } from "./naming.ts";
import { rulesOf } from "./resource-types.ts";

export interface Difference {
  /** Names of the inputs that changed. */
  readonly changed: readonly string[];
  /** Those that replace the resource. */
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** Compares checked inputs. */
export function diffResource(type: string, old: Values, news: Values, ignored: readonly string[] = []): Difference {
  const rules = rulesOf(type);
  const names = [...new Set([...Object.keys(old), ...Object.keys(news)])];
  const changed = names.filter(
    (name) => name !== DEFAULTS && !ignored.includes(name) && !sameValue(old[name], news[name]),
  );
  const replaces = changed.filter((name) => name === "region" || rules.replaces.includes(name));
  return { changed, replaces, deleteBeforeReplace: replaces.length > 0 && keepsFixedName(type, old, news) };
}

/** A name that the program gives cannot exist twice (pulumi-terraform-bridge, `nameRequiresDeleteBeforeReplace`). */
function keepsFixedName(type: string, old: Values, news: Values): boolean {
  const property = rulesOf(type).autoName?.property;
  if (property === undefined || isDefault(news, property) || news["region"] !== old["region"]) return false;
  return news[property] !== undefined && news[property] === old[property];
}
