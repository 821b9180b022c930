// @ts-check

/** @typedef {{[name: string]: string | boolean | number | null | undefined | ((event: any) => void)}} Attributes */

/**
 * Make an element: `onclick` and the like are listeners, everything else is an attribute.
 * Text becomes text nodes, never markup.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else set(element, name, value);
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string | boolean | number | null | undefined} value
 */
export function set(element, name, value) {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : `${value}`);
}

const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-8-6 16-3-6.500z M20 4l-9 9.500",
  clip: "M19 11.500l-7 7a4.500 4.500 0 0 1-6.400-6.400l7.500-7.500a3 3 0 0 1 4.300 4.300l-7.500 7.500a1.500 1.500 0 0 1-2.200-2.100l6.800-6.800",
  file: "M7 3h7l4 4v13a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1z M14 3v4h4",
  down: "M12 5v13M6 13l6 6 6-6",
  check: "M5 12.500l4.500 4.500L19 7.500",
  bubble: "M12 4c5 0 9 3.200 9 7.200c0 3.600-4 6.300-9 9.300v-2.300c-5 0-9-3-9-7s4-7.200 9-7.200z",
  alert: "M12 8v5 M12 16.500v.1 M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18z",
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  const [svg, path] = ["svg", "path"].map((tag) =>
    document.createElementNS("http://www.w3.org/2000/svg", tag),
  );
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * A person's picture, or their initial where there is none.
 * @param {string} name
 * @param {string} picture
 */
export function face(name, picture) {
  const initial = el("span", { class: "face", "aria-hidden": "true" }, [...name.trim()][0] ?? "?");
  if (!picture) return initial;
  const image = el("img", { class: "face", src: picture, alt: "" });
  image.addEventListener("error", () => image.replaceWith(initial));
  return image;
}
