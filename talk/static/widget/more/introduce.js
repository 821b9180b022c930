// @ts-check
import { newId } from "../id.js";
import { makeNotes } from "./notes.js";

/**
 * Tell the server who the visitor is: signed by the site (a JWT), or what they only say (an object).
 * @param {string | object} who
 * @param {ReturnType<typeof import("../loader/session.js").makeSession>} session
 * @param {import("../loader/drawer.js").Drawer} drawer
 * @returns {Promise<string | null>} as `identify` of the session
 */
export async function introduce(who, session, drawer) {
  if (!session.token) return null; // whoever that was has gone
  session.token = drawer.get("token") ?? session.token;
  return typeof who === "string" ? vouched(who, session, drawer) : claimed(who, session);
}

/**
 * @param {object} who
 * @param {ReturnType<typeof import("../loader/session.js").makeSession>} session
 */
function claimed(who, { post }) {
  return post("claims", who).then(
    () => "",
    () => null,
  );
}

/**
 * @param {string} who
 * @param {ReturnType<typeof import("../loader/session.js").makeSession>} session
 * @param {import("../loader/drawer.js").Drawer} drawer
 */
async function vouched(who, session, drawer) {
  const proposed = newId() + newId() + newId(); // more than 256 random bits
  drawer.set("next", proposed);
  const answer = await asked(who, proposed, session);
  // Somebody has gone meanwhile, here or in another tab: the next one must not be this person.
  if (drawer.get("next") !== proposed) {
    session.revoke(answer ? answer.token : proposed);
    return "";
  }
  if (!answer) {
    // Maybe the server knows, and the old token has ended.
    session.token = session.stored();
    session.profile = "";
    return null;
  }
  drawer.remove("next");
  if (answer.code) return "";
  const isSigned = drawer.get("member") === "1"; // and has heard so
  session.keep(answer.token || session.token, "1");
  session.profile = answer.profile_id;
  if (answer.token) session.unread = 0;
  if (answer.switched) drawer.remove("shim");
  else if (answer.token || !isSigned) makeNotes(drawer).forgetWho();
  return answer.switched ? "other" : answer.token;
}

/**
 * @param {string} token
 * @param {string} proposed
 * @param {ReturnType<typeof import("../loader/session.js").makeSession>} session
 * @returns {Promise<any>} null when no answer came that says yes or no
 */
async function asked(token, proposed, { post }) {
  try {
    const response = await post("identify", { token, proposed });
    const told = await response.json();
    if (told.detail) console.warn("sobani: identify", told.detail);
    return response.ok || told.code === "bad_identity_token" ? told : null;
  } catch {
    return null;
  }
}
