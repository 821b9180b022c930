// @ts-check
/** Views, inboxes, the state of the connection, and the operator's own menu. */
import { classMap, html, nothing } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { t } from "../i18n/index.js";
import { VIEWS } from "../listing.js";
import { initials } from "../names.js";
import { page } from "../page.js";
import { routeHref } from "../router.js";
import { icon } from "./icons.js";
import { inboxDot } from "./parts.js";
import "./link-state.js";
import "./me-menu.js";

/** @import { View } from "../listing.js" @import { InboxRow } from "../../protocol/types.js" */

class NavRail extends DeskElement {
  get topics() {
    return ["list", "route", "directory"];
  }

  render() {
    const inboxes = [...this.desk.state.inboxes.values()].filter((inbox) => inbox.is_active);
    return html`<div class="nav-brand">
        <img class="nav-mark" src=${page.mark} alt="" />
        <span class="nav-name">${t("app.name")}</span>
      </div>
      <nav aria-label=${t("nav.label")}>
        <ul class="nav-list" aria-label=${t("nav.views")}>
          ${VIEWS.map((view) => html`<li>${this.#view(view)}</li>`)}
        </ul>
        ${
          inboxes.length > 1
            ? html`<h2 class="nav-head" id="nav-inboxes">${t("nav.inboxes")}</h2>
              <ul class="nav-list" aria-labelledby="nav-inboxes">
                <li>${this.#inbox(null)}</li>
                ${inboxes.map((inbox) => html`<li>${this.#inbox(inbox)}</li>`)}
              </ul>`
            : nothing
        }
      </nav>
      <div class="nav-foot">
        <link-state .desk=${this.desk}></link-state>
        <me-menu .desk=${this.desk}></me-menu>
      </div>`;
  }

  /** @param {View} view */
  #view(view) {
    const size = this.desk.lists.size(view);
    const isWork = view !== "resolved";
    return this.#link({
      href: routeHref({ ...this.desk.route, view, conversation_id: null, from: null }),
      isHere: this.desk.route.view === view,
      label: t(`view.${view}`),
      picture: icon(view),
      badge: isWork && size !== "0" ? size : "",
    });
  }

  /** @param {InboxRow|null} inbox null is all of them */
  #inbox(inbox) {
    const id = inbox?.id ?? null;
    return this.#link({
      href: routeHref({ ...this.desk.route, inbox_id: id, conversation_id: null, from: null }),
      isHere: this.desk.route.inbox_id === id,
      label: inbox?.name ?? t("nav.allInboxes"),
      picture: inbox ? inboxPicture(inbox) : icon("globe"),
      badge: "",
    });
  }

  /** @param {{href: string, isHere: boolean, label: string, picture: unknown, badge: string}} link */
  #link({ href, isHere, label, picture, badge }) {
    return html`<a
      class=${classMap({ "nav-link": true, "nav-here": isHere })}
      href=${href}
      aria-current=${isHere ? "page" : "false"}
      title=${label}
    >
      <span class="nav-picture">${picture}</span>
      <span class="nav-label"><bdi>${label}</bdi></span>
      ${badge ? html`<span class="nav-badge">${badge}</span>` : nothing}
    </a>`;
  }
}

/** Where there is no room for its name, its first sign tells it apart. @param {InboxRow} inbox */
function inboxPicture(inbox) {
  return html`${inbox.kind === "line" ? icon("line") : inboxDot(inbox)}
    <span class="nav-initial" aria-hidden="true">${initials(inbox.name)}</span>`;
}

customElements.define("nav-rail", NavRail);
