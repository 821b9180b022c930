// @ts-check
/** The platform's switches, and what was exchanged with it. */
import { html, nothing } from "/line-simulator/static/vendor/lit.js";
import { get } from "../api.js";
import { accountShown, change, turn } from "../model.js";
import { t } from "../texts.js";
import { timeOf } from "../times.js";

/** @typedef {typeof import("../model.js").model} Model */

const PUSH = "POST /v2/bot/message/push";
const REPLY = "POST /v2/bot/message/reply";
const FAULTS = [
  ["error", "platform.fault_error"],
  ["error_after_accept", "platform.fault_after"],
  ["rate", "platform.fault_rate"],
  ["monthly", "platform.fault_monthly"],
  ["hang", "platform.fault_hang"],
];

/** @type {Record<string, string>} */
const LABELS = Object.fromEntries(FAULTS);

/** @param {Model} model */
export function platformPane(model) {
  const account = accountShown();
  if (!account) return html`<aside class="platform"><p>${t("home.none")}</p></aside>`;
  const { webhook } = account;
  return html`<aside class="platform">
    <h2>${t("platform.title")}</h2>
    <p class="soft">${t("platform.about")}</p>
    <dl>
      <dt>${t("platform.account")}</dt>
      <dd>${account.name} <small>${account.basic_id}</small></dd>
      <dt>${t("platform.webhook")}</dt>
      <dd class="address">${webhook.url || t("platform.no_webhook")}</dd>
    </dl>
    ${quota(account)}
    <div class="switches">
      ${toggle("redelivers", webhook.redelivers, (on) => turn("turn", { webhook: { redelivers: on } }))}
      ${toggle("standby", account.mode === "standby", (on) => turn("turn", { mode: on ? "standby" : "active" }))}
      ${toggle("slow", model.isSlow, (on) => change({ isSlow: on }))}
      ${toggle("held", webhook.is_held, hold)}
    </div>
    ${webhook.is_held ? html`<button class="plain" @click=${release}>${t("platform.release")}</button>` : nothing}
    ${faults("platform.faults", PUSH, FAULTS)}
    ${faults("platform.faults_reply", REPLY, [FAULTS[0], FAULTS[1], FAULTS[4]])}
    ${waiting(account)}
    <button class="plain" @click=${() => turn("tokens/revoke")}>${t("platform.revoke")}</button>
    <h3>${t("platform.log")}</h3>
    ${model.log.length ? html`<ol class="exchanges">${model.log.map(exchange)}</ol>` : html`<p class="soft">${t("platform.log_empty")}</p>`}
  </aside>`;
}

/** @param {import("../model.js").Account} account */
function quota({ quota: { used, limit } }) {
  if (limit === null) return html`<p>${t("platform.quota")} ${t("platform.quota_none")}</p>`;
  return html`<label class="quota">
    <span>${t("platform.quota")}<b>${t("platform.quota_value", { used, limit })}</b></span>
    <input
      type="range"
      min="0"
      max=${limit}
      .value=${String(used)}
      @change=${(/** @type {Event} */ event) => turn("turn", { quota: { used: Number(/** @type {HTMLInputElement} */ (event.target).value) } })}
    />
  </label>`;
}

/**
 * @param {string} name
 * @param {boolean} isOn
 * @param {(on: boolean) => void} set
 */
function toggle(name, isOn, set) {
  return html`<label class="toggle">
    <input type="checkbox" role="switch" .checked=${isOn} @change=${(/** @type {Event} */ event) => set(/** @type {HTMLInputElement} */ (event.target).checked)} />
    <span>${t(`platform.${name}`)}</span>
  </label>`;
}

/**
 * @param {string} title
 * @param {string} path
 * @param {string[][]} kinds
 */
function faults(title, path, kinds) {
  return html`<fieldset class="faults">
    <legend>${t(title)}</legend>
    ${kinds.map(
      ([kind, label]) =>
        html`<button class="chip" @click=${() => turn("faults", { path, kind })}>${t(label)}</button>`,
    )}
  </fieldset>`;
}

/** @param {import("../model.js").Account} account */
function waiting({ faults: waiting }) {
  if (!waiting.length) return nothing;
  const named = waiting.map((one) => t(LABELS[one.kind] ?? one.kind)).join("・");
  return html`<p class="waiting">
    ${t("platform.waiting", { faults: named })}
    <button class="chip" @click=${() => turn("faults", {}, "DELETE")}>${t("platform.clear")}</button>
  </p>`;
}

/** @param {boolean} isOn switching off lets go what was held, as it happened */
function hold(isOn) {
  if (isOn) turn("turn", { webhook: { is_held: true } });
  else turn("release", {});
}

async function release() {
  const account = accountShown();
  if (!account) return;
  const held = await get(`accounts/${account.channel_id}/held`);
  const shuffled = held.toReversed().map((/** @type {string} */ one) => [one]);
  await turn("release", { batches: shuffled });
}

/** @param {any} one a call of our client, or a webhook to it */
function exchange(one) {
  const isCall = "method" in one;
  const what = isCall ? `${one.method} ${one.path}` : events(one);
  const isGood = one.status >= 200 && one.status < 300;
  return html`<li class=${isGood ? "" : "exchange-bad"}>
    <time>${timeOf(one.at * 1000)}</time>
    <span class="way-of">${t(isCall ? "platform.in" : "platform.out")}</span>
    <code title=${what}>${what}</code>
    <b>${one.status || one.reason}</b>
  </li>`;
}

/** @param {{body: string}} delivery */
function events({ body }) {
  const kinds = JSON.parse(body).events.map((/** @type {any} */ event) =>
    event.type === "message" ? `message.${event.message.type}` : event.type,
  );
  return kinds.join(", ") || "—";
}
