// @ts-check
/** What operators keep: labels of the conversation and the customer, and notes about the customer. */
import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../i18n/index.js";
import { labelled } from "../labels.js";
import "./customer-notes.js";
import "./label-picker.js";
import { block } from "./pane-parts.js";
import { labelChip } from "./parts.js";

/** @import { View } from "./pane-blocks.js" */

/** Also without any: here they are put. Nothing is of who was erased. @param {View} view */
export function labelsBlock(view) {
  const { desk, row, sidebar } = view;
  const own = desk.state.marks.get(row.customer_id)?.label_ids ?? [];
  const ofConversation = labelled(desk.state.labels, row.label_ids);
  const ofCustomer = labelled(desk.state.labels, own);
  const isHidden = sidebar?.hidden.includes("customer.labels") || row.erased_at;
  if (row.erased_at && ofConversation.length === 0) return null;
  return block(
    t("labels.title"),
    html`<dl class="facts label-facts">
      ${line(view, "conversation", ofConversation)} ${isHidden ? nothing : line(view, "customer", ofCustomer)}
    </dl>`,
    nothing,
    [...ofConversation, ...ofCustomer].map(({ name }) => name),
  );
}

/**
 * @param {View} view
 * @param {"conversation"|"customer"} of
 * @param {import("../../protocol/types.js").LabelRow[]} labels
 */
function line({ desk, row }, of, labels) {
  return html`<div class="fact">
    <dt>${t(`labels.of.${of}`)}</dt>
    <dd class="label-chips">
      ${labels.map(labelChip)}${row.erased_at ? nothing : html`<label-picker .desk=${desk} .row=${row} of=${of}></label-picker>`}
    </dd>
  </div>`;
}

/** Also without any: here they are written. @param {View} view */
export function notesBlock({ desk, row, sidebar }) {
  if (sidebar?.hidden.includes("customer.notes") || row.erased_at) return null;
  const notes = desk.state.marks.get(row.customer_id)?.notes ?? [];
  return block(
    t("customerNotes.title"),
    html`<customer-notes .desk=${desk} .row=${row}></customer-notes>`,
    notes.length > 0 ? String(notes.length) : nothing,
    notes.map(({ body, author_name }) => [body, author_name]),
  );
}
