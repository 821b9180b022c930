// @ts-check
/** Photos that were sent as one set are shown as one. */

/** @typedef {import("../model.js").Bubble} Bubble */

/** @param {Bubble[]} bubbles @returns {Bubble[][]} */
export function together(bubbles) {
  /** @type {Bubble[][]} */
  const groups = [];
  for (const bubble of bubbles) {
    const set = bubble.message.imageSet?.id;
    const last = groups.at(-1)?.[0];
    if (set && !bubble.is_unsent && last?.message.imageSet?.id === set) groups.at(-1)?.push(bubble);
    else groups.push([bubble]);
  }
  return groups;
}
