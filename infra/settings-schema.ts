import { RULES_BETWEEN } from "./settings/rules-between.ts";
import { settingsShape } from "./settings/shape.ts";

/** All settings of a stack, and the rules between them. */
export const settingsSchema = settingsShape.superRefine((settings, context) => {
  const wrong = new Set(context.issues.map(({ path }) => path?.[0]));
  for (const { setting, dependsOn, rule, brokenBy } of RULES_BETWEEN) {
    // What the rule says about a wrong value is of no use.
    if (wrong.has(dependsOn)) continue;
    for (const { path = [], because } of brokenBy(settings)) {
      if (path.length === 0 && wrong.has(setting)) continue;
      const message = because === undefined ? rule : `${rule}: ${because}`;
      context.addIssue({ code: "custom", path: [setting, ...path], message });
    }
  }
});
