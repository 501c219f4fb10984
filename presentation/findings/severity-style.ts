import type { Severity } from "./finding-view.ts";

export interface SeverityStyle {
  /** Fill of badges and bars, under black text, on light and dark pages. */
  readonly color: string;
  /** Tells the severities apart where colours do not. */
  readonly shape: string;
  /** The nearest of a terminal's 256 colours. */
  readonly terminal: number;
}

/**
 * From the palette of Okabe and Ito, which people with any common colour blindness can tell apart; black text on each
 * of them has a contrast of 5:1 or more.
 */
export const SEVERITY_STYLES: Readonly<Record<Severity, SeverityStyle>> = {
  CRITICAL: { color: "#d55e00", shape: "◆", terminal: 166 },
  HIGH: { color: "#e69f00", shape: "▲", terminal: 178 },
  MEDIUM: { color: "#f0e442", shape: "■", terminal: 221 },
  LOW: { color: "#56b4e9", shape: "▼", terminal: 74 },
  INFORMATIONAL: { color: "#bbbbbb", shape: "○", terminal: 250 },
};
