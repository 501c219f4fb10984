import type { Severity } from "./finding-view.ts";

/** How a severity is shown. */
interface SeverityStyle {
  /** Fill colour of badges and bars with black text, for light and dark pages. */
  readonly color: string;
  /** Distinguishes the severities without colour. */
  readonly shape: string;
  /** Number of the nearest of a terminal's 256 colours. */
  readonly terminal: number;
}

/**
 * Colours from the palette of Okabe and Ito, which people with common colour blindness can distinguish. Black text on each
 * colour has a contrast of at least 5:1.
 */
export const SEVERITY_STYLES: Readonly<Record<Severity, SeverityStyle>> = {
  CRITICAL: { color: "#d55e00", shape: "◆", terminal: 166 },
  HIGH: { color: "#e69f00", shape: "▲", terminal: 178 },
  MEDIUM: { color: "#f0e442", shape: "■", terminal: 221 },
  LOW: { color: "#56b4e9", shape: "▼", terminal: 74 },
  INFORMATIONAL: { color: "#bbbbbb", shape: "○", terminal: 250 },
};
