// @ts-check
// What a site does with Sobani: the queue stub of the docs, and its own calls.

/** @typedef {{(...call: unknown[]): void, q?: unknown[]}} Sobani */
const page = /** @type {Window & {sobani?: Sobani}} */ (window);

/** @type {Sobani} */
const stub = (...call) => {
  stub.q = [...(stub.q ?? []), call];
};
page.sobani ??= stub;

/** @param {unknown[]} call */
const sobani = (...call) => page.sobani?.(...call);

/** @param {string} name */
const told = (name) => JSON.parse(document.querySelector(`#${name}`)?.textContent || "null");

// Who is logged in, signed by the shop; after a log-out the next visitor is somebody else.
const identity = told("identity");
if (identity) sobani("identify", identity);

for (const [name, props] of told("news") ?? []) {
  if (name === "logout") sobani("reset");
  else sobani("track", name, props);
}

document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest("[data-chat]") : null;
  if (!(button instanceof HTMLElement)) return;
  sobani("track", "contact_click", { place: button.dataset.chat });
  sobani("open");
});

document.addEventListener("change", ({ target }) => {
  if (!(target instanceof HTMLInputElement)) return;
  const form = /** @type {HTMLFormElement | null} */ (target.closest("[data-survey]"));
  if (!form) return;
  const { name: q, value } = target;
  sobani("track", "survey_answer", { survey: form.dataset.survey, q, value });
  for (const thanks of form.querySelectorAll("[hidden]")) thanks.removeAttribute("hidden");
});

for (const question of document.querySelectorAll("details")) {
  question.addEventListener("toggle", () => {
    if (question.open)
      sobani("track", "faq_view", { faq_id: question.id, title: question.dataset.title });
  });
}

const asked = location.hash && document.getElementById(location.hash.slice(1));
if (asked instanceof HTMLDetailsElement) asked.open = true;
