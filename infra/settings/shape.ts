import * as z from "zod";
import { checkSettings } from "./check-settings.ts";
import type { SettingGroup } from "./descriptions.ts";
import { findingSettings } from "./finding-settings.ts";
import { firstDecisions } from "./first-decisions.ts";
import { policySettings } from "./policy-settings.ts";
import { notifySettings } from "./notify-settings.ts";
import { resourceSettings } from "./resource-settings.ts";
import { throughputSettings } from "./throughput-settings.ts";

/** All settings, in the order of docs/settings.md. */
export const SETTING_GROUPS: readonly SettingGroup[] = [
  firstDecisions,
  policySettings,
  findingSettings,
  checkSettings,
  notifySettings,
  resourceSettings,
  throughputSettings,
];

/** Settings one by one: types, defaults and bounds. */
export const settingsShape = z.strictObject({
  ...firstDecisions.shape,
  ...policySettings.shape,
  ...findingSettings.shape,
  ...checkSettings.shape,
  ...notifySettings.shape,
  ...resourceSettings.shape,
  ...throughputSettings.shape,
});

/** The settings of a stack as plain values, with defaults for those that are not set. */
export type PlainSettings = z.infer<typeof settingsShape>;
