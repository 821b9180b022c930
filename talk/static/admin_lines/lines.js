// @ts-check
/** Moves the lines of a layout up and down; without it their numbers can be typed. */

const WORDS = document.documentElement.lang.startsWith("en")
  ? { up: "Move up", down: "Move down" }
  : { up: "上へ移動", down: "下へ移動" };

/** @param {Element} group */
function rowsOf(group) {
  return /** @type {HTMLElement[]} */ ([
    ...group.querySelectorAll("tbody tr.form-row:not(.empty-form)"),
  ]);
}

/** @param {Element} group */
function number(group) {
  for (const [at, row] of rowsOf(group).entries()) {
    const input = /** @type {HTMLInputElement|null} */ (row.querySelector(".line-position"));
    // An empty row stays as it is, or Django would take it for a new line.
    if (input && (row.classList.contains("has_original") || isFilled(row))) {
      input.value = String(at + 1);
    }
  }
}

/** @param {HTMLElement} row */
function isFilled(row) {
  return (
    /** @type {HTMLSelectElement|null} */ (row.querySelector("select[name$=kind]"))?.value !== ""
  );
}

/**
 * @param {HTMLElement} row
 * @param {"up"|"down"} way
 */
function move(row, way) {
  const group = /** @type {Element} */ (row.closest(".inline-group"));
  const rows = rowsOf(group);
  const other = rows[rows.indexOf(row) + (way === "up" ? -1 : 1)];
  if (!other) return;
  if (way === "up") other.before(row);
  else other.after(row);
  number(group);
  /** @type {HTMLButtonElement|null} */ (row.querySelector(`button[data-way=${way}]`))?.focus();
}

/** @param {Element} row */
function equip(row) {
  const cell = row.querySelector("td.field-position");
  if (!cell || cell.querySelector("button")) return;
  for (const way of /** @type {("up"|"down")[]} */ (["up", "down"])) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "line-move";
    button.dataset.way = way;
    button.title = WORDS[way];
    button.setAttribute("aria-label", WORDS[way]);
    button.textContent = way === "up" ? "↑" : "↓";
    button.addEventListener("click", () => move(/** @type {HTMLElement} */ (row), way));
    cell.append(button);
  }
}

document.addEventListener("DOMContentLoaded", () => {
  const group = document.querySelector("#lines-group");
  if (!group) return;
  for (const row of rowsOf(group)) equip(row);
  document.addEventListener("formset:added", (event) => {
    const row = /** @type {Element} */ (event.target);
    equip(row);
  });
  group.addEventListener("change", () => number(group));
});
