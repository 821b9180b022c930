// @ts-check
/** Calls to the simulator that this page came from. */

const API = "/line-simulator/api";

/** The simulator says no; `status` and its own words. */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** @param {string} path */
export function get(path) {
  return answered(fetch(`${API}/${path}`));
}

/**
 * @param {string} path
 * @param {unknown} [body]
 * @param {string} [method]
 */
export function send(path, body = {}, method = "POST") {
  const headers = { "content-type": "application/json" };
  return answered(fetch(`${API}/${path}`, { method, headers, body: JSON.stringify(body) }));
}

/**
 * @param {string} channel
 * @param {File} file
 * @param {Record<string, unknown>} act who sends it, and what it is
 */
export function upload(channel, file, act) {
  const where = `${API}/accounts/${channel}/attachments?act=${encodeURIComponent(JSON.stringify(act))}`;
  const headers = { "content-type": file.type || "application/octet-stream" };
  return answered(fetch(where, { method: "POST", headers, body: file }));
}

/** @param {Promise<Response>} asked */
async function answered(asked) {
  const answer = await asked;
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, String(content.message ?? answer.status));
  return content;
}

/** @param {string} id */
export const contentUrl = (id) => `${API}/contents/${id}`;

/** @param {string} id */
export const menuUrl = (id) => `${API}/menus/${id}/picture`;

export const NEWS = `${API}/news`;
