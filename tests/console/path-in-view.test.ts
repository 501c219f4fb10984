import { expect } from "chai";
import type { StateMachineLayout } from "../../console/api.ts";
import { pathInView } from "../../console/page/path-in-view.ts";

const box = (name: string, x: number, y: number, kind: "function" | "map" = "function") =>
  ({ name, x, y, width: 100, height: 40, kind, type: "Task", label: name, detail: [], retriers: 0 }) as const;
const LAYOUT: StateMachineLayout = {
  width: 1000,
  height: 800,
  edges: [],
  states: [
    { ...box("Each", 500, 400, "map"), width: 1000, height: 800 },
    box("Read", 500, 30),
    box("Import", 600, 200),
    box("Park", 900, 700),
  ],
};
const PHONE = { width: 360, height: 300 };

describe("the path of an execution", () => {
  for (const [what, names, scale, expected] of [
    ["is centered if it fits", ["Read", "Import"], 1, { left: 370, top: 0 }],
    ["is centered from top to bottom, too", ["Park"], 1, { left: 720, top: 550 }],
    ["begins at its first state if it is too wide", ["Read", "Import", "Park"], 1, { left: 320, top: 10 }],
    ["follows the size of the picture", ["Park"], 0.5, { left: 270, top: 200 }],
    ["ignores boxes around other states", ["Each", "Park"], 1, { left: 720, top: 550 }],
    ["is nowhere without states", ["Unknown"], 1, undefined],
  ] as const) {
    it(what, () => expect(pathInView(LAYOUT, names, PHONE, scale)).to.deep.equal(expected));
  }
});
