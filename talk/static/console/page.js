// @ts-check
/** What the server wrote into the page for its script to begin with. */
const { dataset } = document.getElementById("console") ?? document.body;

export const page = {
  csrf: dataset.csrf ?? "",
  login: dataset.login ?? "",
  logout: dataset.logout ?? "",
  account: dataset.account ?? "",
  admin: dataset.admin ?? "",
  languageCookie: dataset.languageCookie ?? "",
  fileKinds: dataset.fileKinds ?? "",
  mark: dataset.mark ?? "",
};

/** Log in and come back to what was open. */
export function toLogin() {
  const next = window.location.pathname + window.location.search;
  window.location.assign(`${page.login}?${new URLSearchParams({ next })}`);
}
