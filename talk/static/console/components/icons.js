// @ts-check
/** Line icons on a grid of 20, drawn in the colour of the text around them. */
import { html, svg } from "/static/vendor/lit.js";

const SHAPES = {
  all: svg`<path d="M3 11.5 5.2 4.6A1.5 1.5 0 0 1 6.6 3.5h6.8a1.5 1.5 0 0 1 1.4 1.1L17 11.5v3.5a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 15z"/><path d="M3 11.5h4l1 2h4l1-2h4"/>`,
  mine: svg`<circle cx="10" cy="7" r="3.2"/><path d="M3.8 16.8a6.3 6.3 0 0 1 12.4 0"/>`,
  person: svg`<g fill="currentColor" stroke="none"><circle cx="10" cy="6.6" r="3.8"/><path d="M2.8 18.2a7.2 6.6 0 0 1 14.4 0z"/></g>`,
  unassigned: svg`<circle cx="10" cy="10" r="7" stroke-dasharray="2.6 2.4"/><path d="M10 7.2v5.6M7.2 10h5.6"/>`,
  snoozed: svg`<circle cx="10" cy="10.8" r="6.2"/><path d="M10 7.4v3.6l2.4 1.5M3 5.4 5.4 3.2M17 5.4l-2.4-2.2"/>`,
  resolved: svg`<circle cx="10" cy="10" r="7"/><path d="m6.9 10.2 2.2 2.2 4-4.6"/>`,
  check: svg`<path d="m4.5 10.4 3.6 3.6 7.4-8.2"/>`,
  checks: svg`<path d="m1.8 10.4 3.4 3.6 6.6-8.2M9 12.6l1.4 1.4 7-8.2"/>`,
  clock: svg`<circle cx="10" cy="10" r="7"/><path d="M10 6v4.2l2.8 1.6"/>`,
  alert: svg`<path d="M10 3.2 17.6 16H2.4z"/><path d="M10 8v3.6M10 13.7v.1"/>`,
  question: svg`<circle cx="10" cy="10" r="7"/><path d="M8 8a2 2 0 1 1 2.8 1.9c-.6.3-.8.7-.8 1.3M10 13.6v.1"/>`,
  send: svg`<path d="M3.4 9.6 16.6 3.8 12 16.8l-2.7-5z"/><path d="m9.3 11.8 7.3-8"/>`,
  clip: svg`<path d="m15.8 9.4-5.9 5.9a3.6 3.6 0 0 1-5.1-5.1l6.3-6.3a2.4 2.4 0 0 1 3.4 3.4l-6.2 6.2a1.2 1.2 0 0 1-1.7-1.7l5.4-5.4"/>`,
  file: svg`<path d="M5 3h6.5L15 6.5V17H5z"/><path d="M11.2 3.2v3.6h3.6"/>`,
  download: svg`<path d="M10 3.5v8.6m-3.4-3.2L10 12.3l3.4-3.4M4 16.3h12"/>`,
  close: svg`<path d="m5 5 10 10M15 5 5 15"/>`,
  back: svg`<path d="M12.4 4.4 6.8 10l5.6 5.6"/>`,
  leave: svg`<path d="M8 3.5H5A1.5 1.5 0 0 0 3.5 5v10A1.5 1.5 0 0 0 5 16.5h3M12.6 6.4 16.2 10l-3.6 3.6M16 10H8"/>`,
  settings: svg`<path d="M3.5 6h6.4M14 6h2.5M3.5 14h2.5M10 14h6.5"/><circle cx="12" cy="6" r="2"/><circle cx="8" cy="14" r="2"/>`,
  down: svg`<path d="m5.4 7.8 4.6 4.6 4.6-4.6"/>`,
  up: svg`<path d="m5.4 12.2 4.6-4.6 4.6 4.6"/>`,
  search: svg`<circle cx="9" cy="9" r="5.2"/><path d="m13 13 3.8 3.8"/>`,
  toBottom: svg`<path d="M10 3.6v11.6m-4.6-4.4L10 15.4l4.6-4.6"/>`,
  lock: svg`<rect x="4.5" y="9" width="11" height="7.5" rx="1.5"/><path d="M7 9V6.6a3 3 0 0 1 6 0V9"/>`,
  panel: svg`<rect x="2.8" y="3.8" width="14.4" height="12.4" rx="2"/><path d="M12.2 4v12"/>`,
  menu: svg`<path d="M3.5 5.6h13M3.5 10h13M3.5 14.4h13"/>`,
  web: svg`<circle cx="10" cy="10" r="7"/><path d="M3.2 10h13.6M10 3a11 11 0 0 1 0 14M10 3a11 11 0 0 0 0 14"/>`,
  line: svg`<path d="M10 3.4c-4 0-7.2 2.5-7.2 5.7 0 2.9 2.5 5.2 5.9 5.6.6.1.5.6.4 2 3-1.4 8.1-4.1 8.1-7.6 0-3.2-3.2-5.7-7.2-5.7z"/>`,
  desktop: svg`<rect x="2.8" y="4" width="14.4" height="9.4" rx="1.4"/><path d="M7 16.4h6M10 13.6v2.6"/>`,
  mobile: svg`<rect x="6" y="2.8" width="8" height="14.4" rx="1.6"/><path d="M9.2 14.8h1.6"/>`,
  tablet: svg`<rect x="4.4" y="2.8" width="11.2" height="14.4" rx="1.6"/><path d="M9.2 14.8h1.6"/>`,
  language: svg`<path d="M3 5.2h8M7 3.4v1.8M4.4 11.4c2.6-1 4.4-3.2 5-6.2M4.6 7.4c.8 2 2.6 3.4 4.6 4M9.8 16.6l3.5-8 3.5 8M11 14h4.6"/>`,
  globe: svg`<circle cx="10" cy="10" r="7"/><path d="M3.2 10h13.6M10 3a11 11 0 0 1 0 14M10 3a11 11 0 0 0 0 14"/>`,
  eyeOff: svg`<path d="M8.3 5.2A8 8 0 0 1 10 5c4.8 0 7.6 5 7.6 5s-.8 1.4-2.2 2.7M5.4 6.5C3.4 7.9 2.4 10 2.4 10s2.8 5 7.6 5c1.4 0 2.6-.4 3.6-1M3.6 3.6l12.8 12.8"/>`,
  eye: svg`<path d="M2.4 10S5.2 5 10 5s7.6 5 7.6 5-2.8 5-7.6 5-7.6-5-7.6-5z"/><circle cx="10" cy="10" r="2.2"/>`,
  history: svg`<path d="M3.4 10a6.6 6.6 0 1 0 2.2-4.9L3.4 7.2M3.4 3.6v3.6H7M10 6.6V10l2.4 1.5"/>`,
  label: svg`<path d="M3.6 4.8v4.7c0 .5.2 1 .6 1.4l5.7 5.7a1.6 1.6 0 0 0 2.3 0l4.4-4.4a1.6 1.6 0 0 0 0-2.3l-5.7-5.7a2 2 0 0 0-1.4-.6H4.8a1.2 1.2 0 0 0-1.2 1.2z"/><path d="M7.2 7.2h.1" stroke-width="2"/>`,
  link: svg`<path d="M8.4 11.6a3 3 0 0 0 4.3 0l2.6-2.6a3 3 0 0 0-4.3-4.3l-1 1M11.6 8.4a3 3 0 0 0-4.3 0L4.7 11A3 3 0 0 0 9 15.3l1-1"/>`,
  people: svg`<circle cx="7.4" cy="7.2" r="2.6"/><path d="M2.4 15.8a5.1 5.1 0 0 1 10 0M12.6 4.9a2.6 2.6 0 0 1 0 4.6M14.4 12a5 5 0 0 1 3.2 3.8"/>`,
  keyboard: svg`<rect x="2.4" y="5" width="15.2" height="10" rx="1.6"/><path d="M5.4 8.2h.1M8.4 8.2h.1M11.4 8.2h.1M14.4 8.2h.1M6.4 11.8h7.2"/>`,
  chat: svg`<path d="M3 5.5A2 2 0 0 1 5 3.5h10a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H9.5L5.8 16.6v-3.1H5a2 2 0 0 1-2-2z"/>`,
  reply: svg`<path d="M8 5 3.4 9.4 8 13.8M3.8 9.4h7a5.6 5.6 0 0 1 5.6 5.6"/>`,
  retry: svg`<path d="M16.6 10a6.6 6.6 0 1 1-2-4.7l2 1.9M16.6 3.6v3.6H13"/>`,
  pending: svg`<circle cx="10" cy="10" r="7"/><path d="M8 7.4v5.2M12 7.4v5.2"/>`,
  plus: svg`<path d="M10 4.4v11.2M4.4 10h11.2"/>`,
  pencil: svg`<path d="m4 16 .8-3.4 8.3-8.3a1.6 1.6 0 0 1 2.3 0l.3.3a1.6 1.6 0 0 1 0 2.3L7.4 15.2z"/><path d="m11.8 5.6 2.6 2.6"/>`,
  bin: svg`<path d="M4 5.6h12M8 5.4V3.8h4v1.6M5.4 5.8l.7 9.3a1.5 1.5 0 0 0 1.5 1.4h4.8a1.5 1.5 0 0 0 1.5-1.4l.7-9.3M8.6 8.8v4.6M11.4 8.8v4.6"/>`,
  image: svg`<rect x="2.8" y="3.8" width="14.4" height="12.4" rx="2"/><circle cx="7.2" cy="8" r="1.4"/><path d="m3.2 14.4 4-3.6 3 2.6 3.2-3.4 3.6 3.6"/>`,
  film: svg`<rect x="2.8" y="4.4" width="14.4" height="11.2" rx="2"/><path d="m8.4 7.6 4 2.4-4 2.4z"/>`,
  sound: svg`<path d="M4 8v4M7 5.6v8.8M10 7.4v5.2M13 4.4v11.2M16 8v4"/>`,
  pin: svg`<path d="M10 17.2c3.600-3.900 5.400-6.600 5.400-9a5.400 5.400 0 0 0-10.800 0c0 2.400 1.800 5.100 5.400 9z"/><circle cx="10" cy="8.200" r="1.900"/>`,
  press: svg`<rect x="3" y="4.400" width="14" height="7" rx="2"/><path d="m9.400 9.200 5 5.400-2.200.2-1.400 2z"/>`,
  quote: svg`<path d="M4 5.400v9.200M8 7h8M8 10h8M8 13h5"/>`,
  undo: svg`<path d="M7.200 4.600 4 7.800l3.200 3.200M4.400 7.800h7.400a3.900 3.900 0 0 1 0 7.800H7.600"/>`,
  yen: svg`<circle cx="10" cy="10" r="7"/><path d="m7.200 6.400 2.800 3.800 2.800-3.800M10 10.200v4M7.600 10.400h4.800M7.600 12.400h4.800"/>`,
  more: svg`<path d="M5 10h.1M10 10h.1M15 10h.1" stroke-width="2.2"/>`,
  smile: svg`<circle cx="10" cy="10" r="7"/><path d="M7 11.600c1.200 2.200 4.800 2.200 6 0M7.600 7.600v.6M12.400 7.600v.6"/>`,
  card: svg`<rect x="3.500" y="3.500" width="13" height="13" rx="2"/><path d="M6.400 6.800h7.200M6.400 9h4.600M3.500 12h13M8.400 14.300h3.200"/>`,
  open: svg`<circle cx="10" cy="10" r="7"/><circle cx="10" cy="10" r="2"/>`,
};

/** @typedef {keyof typeof SHAPES} IconName */

/** A picture beside words, so it is hidden from screen readers. @param {IconName} name */
export function icon(name) {
  return html`<svg
    class="icon"
    viewBox="0 0 20 20"
    fill="none"
    stroke="currentColor"
    stroke-width="1.5"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    ${SHAPES[name]}
  </svg>`;
}
