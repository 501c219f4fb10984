import { RULES_BETWEEN } from "./settings/rules-between.ts";
import { settingsShape } from "./settings/shape.ts";

/** All settings of a stack, and the rules between them. */
export const settingsSchema = settingsShape.superRefine((settings, context) => {
  for (const { setting, rule, brokenBy } of RULES_BETWEEN) {
    for (const { path = [], because } of brokenBy(settings)) {
      const message = because === undefined ? rule : `${rule}: ${because}`;
      context.addIssue({ code: "custom", path: [setting, ...path], message });
    }
  }
});
