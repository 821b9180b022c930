// @ts-check
/** Whose phone is looked at. */
import { html } from "/line-simulator/static/vendor/lit.js";
import { addPerson, ask, choosePerson } from "../model.js";
import { t } from "../texts.js";
import { face } from "./faces.js";
import { icon } from "./icons.js";

/** @param {typeof import("../model.js").model} model */
export function peopleRail(model) {
  return html`<nav class="people" aria-label=${t("people.title")}>
    ${model.people.map(
      (person) => html`<button
        class="person"
        aria-pressed=${person.key === model.person}
        @click=${() => choosePerson(person.key)}
      >
        ${face(person.key, person.name)}<span>${person.name}</span>
      </button>`,
    )}
    <button class="person person-new" @click=${add}>
      <span class="face face-new">${icon("more")}</span><span>${t("people.add")}</span>
    </button>
  </nav>`;
}

function add() {
  ask(t("people.ask"), "", addPerson);
}
