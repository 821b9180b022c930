// @ts-check
// What most pages need not: the loader asks for this file when a site says who its visitor is, when
// an inbox wants the errors of its pages or listens to the tags of other products, and when the chat
// is opened: then its frame speaks.
export { heard } from "./more/bridge.js";
export { hearPage } from "./more/hearing.js";
export { introduce } from "./more/introduce.js";
