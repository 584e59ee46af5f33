// Parts of a page that renew themselves through htmx.

import { isLocked, sendLater } from "./lock.js"

const isPoll = (ctx) => ctx?.sourceEvent?.type === "every"

/** Hidden tabs do not ask; a lost session leads to the sign-in; a lost network is said. */
export function watchLive() {
  document.addEventListener("htmx:config:request", (event) => {
    // The server must not take a poll for a person at work, or a session would never end.
    if (isPoll(event.detail.ctx)) event.detail.ctx.request.headers["HX-Polling"] = "true"
  })
  document.addEventListener("htmx:before:request", (event) => {
    if (isPoll(event.detail.ctx) && (document.hidden || isLocked())) event.preventDefault()
  })
  document.addEventListener("htmx:before:response", (event) => {
    const { ctx } = event.detail
    if (ctx.response.raw.status === 401 && ctx.response.raw.headers.has("Moei-Locked")) {
      event.preventDefault()
      if (!isPoll(ctx)) sendLater(ctx.sourceEvent?.target ?? ctx.sourceElement, ctx.sourceEvent?.type ?? "change")
      document.dispatchEvent(new CustomEvent("moei:locked"))
      return
    }
    const login = document.querySelector('meta[name="moei-login"]')?.content
    if (login && ctx.response.raw.redirected && new URL(ctx.response.raw.url).pathname === login) {
      event.preventDefault()
      location.reload()
    }
  })
  document.addEventListener("htmx:response:error", (event) => stale(event, true))
  document.addEventListener("htmx:error", (event) => stale(event, true))
  // htmx reports a swap after an error too, one of nothing.
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail?.ctx?.response?.status < 400) stale(event, false)
  })
}

function stale(event, on) {
  const source = event.detail?.ctx?.sourceElement
  const notice = source?.closest?.("[data-live]")?.querySelector("[data-stale]")
  if (notice) notice.hidden = !on
}
