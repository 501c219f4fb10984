import { expect } from "chai";
import { readNodes } from "../../../functions/systems-manager/node-reader.ts";
import { nodeId, READ_AT, reference } from "../../fixtures/node-fixtures.ts";
import { failure, state, world, type World } from "../../doubles/patch-data.ts";

describe("readNodes: failures", () => {
  const ids = [1, 2, 3, 4, 5].map((index) => nodeId(index));
  const references = ids.map((id) => reference({ nodeId: id }));
  const states = ids.map((InstanceId) => state({ InstanceId }));
  const bad = nodeId(3);
  const readAll = (fails: World["fails"] & object) => {
    return readNodes(references, world({ states, fails }).data, () => new Date(READ_AT));
  };

  const alone: [name: string, failure: Error, transient: boolean][] = [
    ["a throttle in the middle of a list", failure("ThrottlingException"), true],
    ["a server error", failure("InternalServerError", 500), true],
    ["a denial", failure("AccessDeniedException", 403), true],
    ["a body that breaks off", failure("SyntaxError", 200), true],
    ["an error of the program", new TypeError("words"), false],
    ["a refusal", failure("InvalidFilter"), false],
  ];
  for (const [name, error, transient] of alone) {
    it(`${name} marks only that node as unread`, async () => {
      const readings = await readAll((call, [id]) => (call.startsWith("items") && id === bad ? error : undefined));
      expect(readings.map(({ sources, unread }) => [sources.length, unread])).to.deep.equal(
        ids.map((id) => (id === bad ? [0, `${error.name}: words`] : [1, undefined])),
      );
      expect(readings[2]?.transient).to.equal(transient);
    });
  }

  for (const call of ["patchStates", "nodes"]) {
    it(`an id that ${call} refuses is separated`, async () => {
      const readings = await readAll((name, list) => {
        return name === call && list.includes(bad) ? failure("InvalidInstanceId") : undefined;
      });
      expect(readings.map(({ unread }) => unread)).to.deep.equal(ids.map(() => undefined));
      expect(readings.map(({ sources }) => sources.length)).to.deep.equal(
        ids.map((id) => (call === "patchStates" && id === bad ? 0 : 1)),
      );
    });
  }

  const whole: [call: string, failure: Error, name: string][] = [
    ["patchStates", failure("ThrottlingException"), "SystemsManagerThrottled"],
    ["patchStates", failure("InternalServerError", 500), "SystemsManagerUnavailable"],
    ["patchStates", failure("AccessDeniedException", 403), "SystemsManagerDenied"],
    ["nodes", failure("TimeoutError"), "SystemsManagerUnavailable"],
    ["items NON_COMPLIANT", failure("ThrottlingException"), "SystemsManagerThrottled"],
    ["items NON_COMPLIANT", failure("InternalServerError", 500), "SystemsManagerUnavailable"],
    ["items NON_COMPLIANT", failure("AccessDeniedException", 403), "SystemsManagerDenied"],
  ];
  for (const [call, error, name] of whole) {
    it(`${error.name} of every ${call} is ${name}`, async () => {
      const thrown = await readAll((one) => (one === call ? error : undefined)).catch((caught: unknown) => caught);
      expect(thrown).to.be.an.instanceOf(Error).with.property("name", name);
      if (name !== error.name) expect(thrown).to.have.property("cause", error);
    });
  }
});
