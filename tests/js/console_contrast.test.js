// @ts-check
/** The colours of labels can be told from what they lie on: 3 : 1, in light and in dark. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const tokens = readFileSync(
  new URL("../../talk/static/console/css/tokens.css", import.meta.url),
  "utf8",
);
const admin = readFileSync(
  new URL("../../config/static/accounts/admin.css", import.meta.url),
  "utf8",
);
const pairs = new Map(
  [...tokens.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map((found) => [
    found[1] ?? "",
    [found[2] ?? "", found[3] ?? ""],
  ]),
);
const labels = [...pairs.keys()].filter((name) => name.startsWith("label-"));
const SURFACES = [
  "surface",
  "surface-sunken",
  "surface-raised",
  "surface-list",
  "selected",
  "hover",
];

/** Relative luminance (WCAG 2.2). @param {string} color */
function luminance(color) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * Number(r) + 0.7152 * Number(g) + 0.0722 * Number(b);
}

/** @param {string} one @param {string} other */
function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (Number(light) + 0.05) / (Number(dark) + 0.05);
}

test("there are nine colours, the same in the administration", () => {
  assert.equal(labels.length, 9);
  for (const name of labels) {
    const [light, dark] = pairs.get(name) ?? [];
    assert.ok(admin.includes(`.${name} {\n  background: light-dark(${light}, ${dark});`), name);
  }
});

for (const name of labels) {
  test(`${name} is seen on every surface`, () => {
    for (const surface of SURFACES) {
      for (const theme of [0, 1]) {
        const of = (/** @type {string} */ token) => pairs.get(token)?.[theme] ?? "";
        const ratio = contrast(of(name), of(surface));
        assert.ok(ratio >= 3, `${ratio.toFixed(2)} on ${surface}, ${theme ? "dark" : "light"}`);
      }
    }
  });
}
