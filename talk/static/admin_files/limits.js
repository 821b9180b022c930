// @ts-check
/** Says that a chosen file is too large before it is sent: `data-most-bytes`, `data-too-large`. */

document.addEventListener("change", ({ target }) => {
  if (!(target instanceof HTMLInputElement) || !target.dataset.mostBytes) return;
  const most = Number(target.dataset.mostBytes);
  const isTooLarge = [...(target.files ?? [])].some((file) => file.size > most);
  target.setCustomValidity(isTooLarge ? (target.dataset.tooLarge ?? "") : "");
  if (!isTooLarge) return;
  target.value = ""; // the form is sent whatever is wrong with a field
  target.reportValidity();
});
