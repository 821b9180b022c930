// @ts-check
/** Signs of our own, drawn as lines. */
import { svg } from "/line-simulator/static/vendor/lit.js";

const PATHS = {
  back: "M15 5l-7 7 7 7",
  more: "M12 5v14M5 12h14",
  menu: "M5 7h14M5 12h14M5 17h14",
  send: "M4 12l16-8-5 16-4-6z",
  smile:
    "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM8.500 14.500a4.500 4.500 0 0 0 7 0M9 9.500v.1M15 9.500v.1",
  keyboard: "M3 7h18v10H3zM7 10.500v.1M11 10.500v.1M15 10.500v.1M8 14h8",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 3-2 4 3M15.500 9v.1",
  video: "M3 6h12v12H3zM15 10.500l6-3v9l-6-3",
  audio:
    "M12 4a2.500 2.500 0 0 1 2.500 2.500v5a2.500 2.500 0 0 1-5 0v-5a2.500 2.500 0 0 1 2.500-2.500zM6 11a6 6 0 0 0 12 0M12 17v3",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  place:
    "M12 21s7-6.500 7-11.500a7 7 0 0 0-14 0C5 14.500 12 21 12 21zM12 7a2.500 2.500 0 1 0 0 5a2.500 2.500 0 0 0 0-5z",
  people:
    "M9 5a3.500 3.500 0 1 0 0 7a3.500 3.500 0 0 0 0-7zM3 20c0-4 3-6 6-6s6 2 6 6M16 6a3 3 0 0 1 0 6M18 14.500c2 .8 3 2.800 3 5.500",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9l6 6 6-6",
  up: "M6 15l6-6 6 6",
  switches: "M4 8h9M17 8h3M4 16h3M11 16h9M15 5.500v5M9 13.500v5",
};

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  return svg`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
}
