// @ts-check
/** Flex messages: boxes, texts, pictures and buttons, as their properties say. */
import { html, nothing, ref } from "/line-simulator/static/vendor/lit.js";
import { boxStyle, imageStyle, margin, textStyle } from "./flexstyle.js";
import { tap } from "./taps.js";

/** @param {any} message */
export function flex({ contents }) {
  if (contents.type === "carousel")
    return html`<div class="cards">${contents.contents.map(bubble)}</div>`;
  return bubble(contents);
}

/** @param {any} contents */
function bubble({ size = "mega", header, hero, body, footer, styles = {}, action, direction }) {
  const blocks = Object.entries({ header, hero, body, footer }).filter(([, block]) => block);
  return html`<div class="flex flex-${size}" dir=${direction ?? "ltr"} @click=${onTap(action)}>
    ${blocks.map(
      ([name, block]) => html`<div
        class="flex-block flex-${name}"
        ${styled({ backgroundColor: color(styles[name]?.backgroundColor) })}
      >
        ${component(block, "vertical")}
      </div>`,
    )}
  </div>`;
}

/**
 * @param {any} part
 * @param {string} layout of the box around it
 * @returns {unknown}
 */
function component(part, layout) {
  const draw = KINDS[part.type];
  return draw ? draw(part, layout) : nothing;
}

/** @type {Record<string, (part: any, layout: string) => unknown>} */
const KINDS = {
  box: (part, layout) =>
    html`<div class="flex-box" ${styled(boxStyle(part, layout))} @click=${onTap(part.action)}>
      ${part.contents.map((/** @type {any} */ one) => component(one, part.layout))}
    </div>`,
  text: (part, layout) =>
    html`<p class="flex-text" ${styled(textStyle(part, layout))} @click=${onTap(part.action)}>
      ${part.contents?.length ? part.contents.map(span) : part.text}
    </p>`,
  image: (part, layout) =>
    html`<img class="flex-image" src=${part.url} alt="" ${styled(imageStyle(part, layout))} @click=${onTap(part.action)} />`,
  icon: (part) => html`<img class="flex-icon" src=${part.url} alt="" />`,
  button: (part, layout) =>
    html`<button
      class="flex-button flex-${part.style ?? "link"}"
      ${styled({ ...margin(part, layout), backgroundColor: part.style ? color(part.color) : "", color: part.style ? "" : color(part.color) })}
      @click=${onTap(part.action)}
    >
      ${part.action.label}
    </button>`,
  separator: (part, layout) =>
    html`<hr class="flex-line" ${styled({ ...margin(part, layout), borderColor: color(part.color) })} />`,
  filler: () => html`<i class="flex-filler"></i>`,
  spacer: () => html`<i class="flex-spacer"></i>`,
  video: (part) =>
    html`<video class="flex-image" controls src=${part.url} poster=${part.previewUrl}></video>`,
};

/** @param {any} part */
function span(part) {
  return html`<span ${styled(textStyle(part, "baseline"))}>${part.text}</span>`;
}

/** Styles are set one by one: the policy lets no page write `style` attributes. @param {Record<string, string>} style */
function styled(style) {
  return ref((/** @type {Element|undefined} */ element) => {
    if (element instanceof HTMLElement) Object.assign(element.style, style);
  });
}

/** @param {unknown} value */
export function color(value) {
  return typeof value === "string" && /^#[0-9a-f]{6}([0-9a-f]{2})?$/i.test(value) ? value : "";
}

/** @param {any} action */
function onTap(action) {
  return (/** @type {Event} */ event) => {
    if (!action) return;
    event.stopPropagation();
    tap(action);
  };
}
