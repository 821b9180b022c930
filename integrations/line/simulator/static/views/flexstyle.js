// @ts-check
/** The properties of Flex components as styles; sizes are a little smaller than on glass. */

const GAPS = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const LETTERS = {
  xxs: 10,
  xs: 11,
  sm: 12,
  md: 14,
  lg: 16,
  xl: 19,
  xxl: 24,
  "3xl": 29,
  "4xl": 36,
  "5xl": 48,
};
const WIDTHS = {
  xxs: 34,
  xs: 50,
  sm: 68,
  md: 85,
  lg: 102,
  xl: 119,
  xxl: 136,
  "3xl": 153,
  "4xl": 170,
  "5xl": 187,
};
const ACROSS = { start: "flex-start", center: "center", end: "flex-end" };
const ALONG = {
  ...ACROSS,
  "space-between": "space-between",
  "space-around": "space-around",
  "space-evenly": "space-evenly",
  "flex-start": "flex-start",
  "flex-end": "flex-end",
};
const LENGTH = /^\d{1,4}(\.\d+)?(px|%)$/;
const COLOR = /^#[0-9a-f]{6}([0-9a-f]{2})?$/i;

/** @typedef {Record<string, string>} Style */

/** @param {any} part @param {string} layout @returns {Style} */
export function boxStyle(part, layout) {
  const isColumn = part.layout === "vertical";
  return {
    ...margin(part, layout),
    ...share(part, layout),
    flexDirection: isColumn ? "column" : "row",
    alignItems:
      ACROSS[/** @type {"start"} */ (part.alignItems)] ??
      (part.layout === "baseline" ? "baseline" : ""),
    justifyContent: ALONG[/** @type {"start"} */ (part.justifyContent)] ?? "",
    gap: size(part.spacing, GAPS),
    backgroundColor: color(part.backgroundColor),
    borderColor: color(part.borderColor),
    borderStyle: part.borderWidth || part.borderColor ? "solid" : "",
    borderWidth: size(part.borderWidth, {
      none: 0,
      light: 0.5,
      normal: 1,
      "semi-bold": 2,
      medium: 3,
      bold: 4,
    }),
    borderRadius: size(part.cornerRadius, GAPS),
    padding: size(part.paddingAll, GAPS),
    width: size(part.width, {}),
    height: size(part.height, {}),
  };
}

/** @param {any} part @param {string} layout @returns {Style} */
export function textStyle(part, layout) {
  return {
    ...margin(part, layout),
    ...share(part, layout),
    color: color(part.color),
    fontSize: size(part.size, LETTERS),
    fontWeight: part.weight === "bold" ? "700" : "",
    fontStyle: part.style === "italic" ? "italic" : "",
    textDecoration:
      { underline: "underline", "line-through": "line-through" }[
        /** @type {"underline"} */ (part.decoration)
      ] ?? "",
    textAlign: ["start", "center", "end"].includes(part.align) ? part.align : "",
    alignSelf:
      { top: "flex-start", center: "center", bottom: "flex-end" }[
        /** @type {"top"} */ (part.gravity)
      ] ?? "",
    whiteSpace:
      part.wrap === false || (part.wrap === undefined && part.type === "text") ? "nowrap" : "",
  };
}

/** @param {any} part @param {string} layout @returns {Style} */
export function imageStyle(part, layout) {
  const ratio = /^(\d+):(\d+)$/.exec(part.aspectRatio ?? "1:1");
  return {
    ...margin(part, layout),
    width: part.size === "full" ? "100%" : size(part.size ?? "md", WIDTHS),
    aspectRatio: ratio ? `${ratio[1]} / ${ratio[2]}` : "",
    objectFit: part.aspectMode === "cover" ? "cover" : "contain",
    backgroundColor: color(part.backgroundColor),
    alignSelf: ACROSS[/** @type {"start"} */ (part.align)] ?? "center",
  };
}

/** @param {any} part @param {string} layout @returns {Style} */
export function margin(part, layout) {
  const side = layout === "vertical" ? "marginTop" : "marginLeft";
  return { [side]: size(part.margin, GAPS) };
}

/** @param {any} part @param {string} layout @returns {Style} */
function share(part, layout) {
  const usual = layout === "vertical" ? undefined : 1;
  const flex = part.flex ?? (part.width ? 0 : usual);
  if (flex === undefined) return {};
  return flex ? { flex: `${Number(flex)} 1 0` } : { flex: "none" };
}

/** @param {unknown} value @param {Record<string, number>} named */
function size(value, named) {
  if (typeof value !== "string") return "";
  if (value in named) return `${named[value]}px`;
  return LENGTH.test(value) ? value : "";
}

/** @param {unknown} value */
function color(value) {
  return typeof value === "string" && COLOR.test(value) ? value : "";
}
