// @ts-check
/** The fields of a card with buttons. */
import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../i18n/index.js";
import {
  CHOICE_DOINGS,
  MOST_ALT,
  MOST_CHOICES,
  MOST_LABEL,
  MOST_TITLE,
  MOST_URI,
  MOST_VALUE,
  mostText,
} from "../line/limits.js";
import { icon } from "./icons.js";
import { countedField, doingField, valueField } from "./line-fields.js";

/** @import { Card, Choice, Fault } from "../line/limits.js" */

/**
 * @param {Card} card
 * @param {Fault[]} faults
 * @param {(card: Card) => void} put
 */
export function cardForm(card, faults, put) {
  const of = (/** @type {string} */ field) => faults.find((each) => each.field === field);
  const isButtons = card.form === "buttons";
  return html`
    ${isButtons ? countedField({ id: "card-title", label: t("line.title"), value: card.title, most: MOST_TITLE, fault: of("title"), put: (title) => put({ ...card, title }) }) : nothing}
    ${countedField({ id: "card-text", label: t("line.text"), value: card.text, most: mostText(card), fault: of("text"), put: (text) => put({ ...card, text }), isLong: true })}
    ${isButtons ? countedField({ id: "card-picture", label: t("line.picture"), value: card.picture, most: 2000, fault: of("picture"), put: (picture) => put({ ...card, picture }), hint: t("line.picture.hint") }) : nothing}
    <ol class="line-rows">${card.choices.map((choice, at) => choiceRow(card, choice, at, of, put))}</ol>
    ${isButtons ? adder(card, put) : nothing}
    ${countedField({ id: "card-alt", label: t("line.alt"), value: card.alt, most: MOST_ALT, fault: of("alt"), put: (alt) => put({ ...card, alt }), hint: t("line.alt.hint") })}`;
}

/**
 * @param {Card} card
 * @param {Choice} choice
 * @param {number} at
 * @param {(field: string) => Fault|undefined} of
 * @param {(card: Card) => void} put
 */
function choiceRow(card, choice, at, of, put) {
  const change = (/** @type {Partial<Choice>} */ part) =>
    put({
      ...card,
      choices: card.choices.map((each, n) => (n === at ? { ...each, ...part } : each)),
    });
  const remove = () => put({ ...card, choices: card.choices.filter((_, n) => n !== at) });
  const label = t("line.delete", { number: at + 1 });
  return html`<li class="line-row">
    <fieldset>
      <legend>${t("line.choice", { number: at + 1 })}</legend>
      ${countedField({ id: `choice-${at}-label`, label: t("line.label"), value: choice.label, most: MOST_LABEL, fault: of(`choices.${at}.label`), put: (told) => change({ label: told }) })}
      ${doingField(`choice-${at}-doing`, choice.doing, CHOICE_DOINGS, (doing) => change({ doing: /** @type {Choice["doing"]} */ (doing), value: "" }))}
      ${valueField(choice, { id: `choice-${at}-value`, most: choice.doing === "uri" ? MOST_URI : MOST_VALUE, fault: of(`choices.${at}.value`), put: (value) => change({ value }) })}
    </fieldset>
    ${card.form === "buttons" && card.choices.length > 1 ? html`<div class="line-row-acts"><button type="button" class="icon-button icon-button-small" aria-label=${label} title=${label} @click=${remove}>${icon("bin")}</button></div>` : nothing}
  </li>`;
}

/** @param {Card} card @param {(card: Card) => void} put */
function adder(card, put) {
  const add = () =>
    put({ ...card, choices: [...card.choices, { doing: "answer", label: "", value: "" }] });
  return html`<button type="button" class="button line-add" ?disabled=${card.choices.length >= MOST_CHOICES} @click=${add}>
    ${icon("plus")}${t("line.choice.add", { count: card.choices.length, most: MOST_CHOICES })}
  </button>`;
}
