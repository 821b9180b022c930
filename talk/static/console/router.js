// @ts-check
/** Addresses of the console: `/` and `/c/<conversation id>`, with the list's filter as query. */
import { VIEWS } from "./listing.js";

/**
 * @import { View } from "./listing.js"
 *
 * @typedef {object} Route
 * @property {string|null} conversation_id
 * @property {View} view
 * @property {string|null} inbox_id
 * @property {string|null} label_id
 * @property {string|null} from the conversation whose past is being read
 */

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * @param {{pathname: string, search: string}} location
 * @param {View} usual the view when the address names none
 * @returns {Route}
 */
export function parseRoute(location, usual) {
  const query = new URLSearchParams(location.search);
  const view = VIEWS.find((name) => name === query.get("view")) ?? usual;
  const id = location.pathname.startsWith("/c/") ? location.pathname.split("/")[2] : null;
  return {
    conversation_id: uuid(id),
    view,
    inbox_id: uuid(query.get("inbox")),
    label_id: uuid(query.get("label")),
    from: uuid(query.get("from")),
  };
}

/** @param {Route} route */
export function routeHref(route) {
  const query = new URLSearchParams({ view: route.view });
  if (route.inbox_id) query.set("inbox", route.inbox_id);
  if (route.label_id) query.set("label", route.label_id);
  if (route.from) query.set("from", route.from);
  return `${route.conversation_id ? `/c/${route.conversation_id}` : "/"}?${query}`;
}

/** @param {string|null|undefined} text */
function uuid(text) {
  return text && UUID.test(text) ? text : null;
}
