// What our modules may take from Lit. Bundled into config/static/vendor/lit.js at set-up
// (config/vendor/bundle.mjs), where this same text is also the bundle's type declaration.
export * from "lit";
export { classMap } from "lit/directives/class-map.js";
export { guard } from "lit/directives/guard.js";
export { ifDefined } from "lit/directives/if-defined.js";
export { live } from "lit/directives/live.js";
export { createRef, ref } from "lit/directives/ref.js";
export { repeat } from "lit/directives/repeat.js";
export { until } from "lit/directives/until.js";
